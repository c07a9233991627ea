//! Content negotiation: `Accept-Encoding` (RFC 9110, section 12.5.3).

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// In the order of preference if the client accepts several equally.
    pub(crate) const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// The name in `Content-Encoding`. The identity coding has none.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// The weight (`q`) of this coding in `Accept-Encoding`, 0 to 1.
    fn weight(self, accept_encoding: &str) -> f32 {
        let name = self.name().unwrap_or("identity");
        let mut wildcard = None;
        for item in accept_encoding.split(',') {
            let mut parts = item.split(';').map(str::trim);
            let coding = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
            if coding.eq_ignore_ascii_case(name) {
                return weight;
            }
            if coding == "*" {
                wildcard = Some(weight);
            }
        }
        // A coding that isn't named has the weight of `*`. Without `*` only the identity coding
        // is acceptable, as a last resort.
        wildcard.unwrap_or(if self == Self::Identity { f32::MIN_POSITIVE } else { 0.0 })
    }
}

/// The best available encoding for a client. If the client accepts none, the file is sent
/// uncompressed: that is more useful than an error.
pub(crate) fn negotiate(
    accept_encoding: Option<&str>,
    is_available: impl Fn(Encoding) -> bool,
) -> Encoding {
    let Some(accept_encoding) = accept_encoding else { return Encoding::Identity };
    let mut best = (Encoding::Identity, 0.0);
    for encoding in Encoding::ALL.into_iter().filter(|encoding| is_available(*encoding)) {
        let weight = encoding.weight(accept_encoding);
        if weight > best.1 {
            best = (encoding, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_weight_wins_and_brotli_wins_a_tie() {
        use Encoding::{Brotli, Gzip, Identity};
        for (accept_encoding, expected) in [
            (None, Identity),
            (Some(""), Identity),
            (Some("gzip, deflate, br, zstd"), Brotli),
            (Some("gzip, deflate"), Gzip),
            (Some("GZIP"), Gzip),
            (Some("br;q=0.5, gzip;q=0.8"), Gzip),
            (Some("br ; q=0.9 , gzip; q=0.8"), Brotli),
            (Some("br;q=0, gzip"), Gzip),
            (Some("br;q=0, gzip;q=0"), Identity),
            (Some("*"), Brotli),
            (Some("br;q=0, *"), Gzip),
            (Some("*;q=0"), Identity),
            (Some("identity, br;q=0.5"), Identity),
            (Some("identity;q=0.5, br"), Brotli),
            (Some("br;q=x"), Identity),
            (Some("br;q=NaN"), Identity),
            (Some("zstd"), Identity),
            (Some(";;,,;q=,"), Identity),
        ] {
            assert_eq!(negotiate(accept_encoding, |_| true), expected, "{accept_encoding:?}");
        }
        assert_eq!(negotiate(Some("br, gzip"), |encoding| encoding != Brotli), Gzip);
        assert_eq!(negotiate(Some("br, gzip"), |encoding| encoding == Identity), Identity);
    }
}
