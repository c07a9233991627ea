//! Which form of a file a client takes: `Accept-Encoding` (RFC 9110, section 12.5.3).

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// In the order in which they are preferred where a client doesn't care.
    pub(crate) const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// The name in `Content-Encoding`; none where nothing is packed.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// The weight that `accepted` gives it, 0 to 1.
    fn weight(self, accepted: &str) -> f32 {
        let name = self.name().unwrap_or("identity");
        let mut any = None;
        for item in accepted.split(',') {
            let mut parts = item.split(';').map(str::trim);
            let coding = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
            if coding.eq_ignore_ascii_case(name) {
                return weight;
            }
            if coding == "*" {
                any = Some(weight);
            }
        }
        // Not named: taken where `*` says so; unpacked is always taken, if at last.
        any.unwrap_or(if self == Self::Identity { f32::MIN_POSITIVE } else { 0.0 })
    }
}

/// The best of those that are `there` for a client that accepts `accepted`; unpacked
/// where nothing fits, since a file is of more use than a refusal.
pub(crate) fn negotiate(accepted: Option<&str>, there: impl Fn(Encoding) -> bool) -> Encoding {
    let Some(accepted) = accepted else { return Encoding::Identity };
    let mut best = (Encoding::Identity, 0.0);
    for encoding in Encoding::ALL.into_iter().filter(|encoding| there(*encoding)) {
        let weight = encoding.weight(accepted);
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
    fn the_client_chooses_and_brotli_wins_a_tie() {
        use Encoding::{Brotli, Gzip, Identity};
        for (accepted, expected) in [
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
            assert_eq!(negotiate(accepted, |_| true), expected, "{accepted:?}");
        }
        assert_eq!(negotiate(Some("br, gzip"), |encoding| encoding != Brotli), Gzip);
        assert_eq!(negotiate(Some("br, gzip"), |encoding| encoding == Identity), Identity);
    }
}
