//! The app's files, embedded into the binary by `build.rs`.

use hyper::body::Bytes;
use hyper::header::HeaderValue;

use crate::encoding::Encoding;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file of the app.
#[derive(Clone, Copy)]
pub(crate) struct Asset {
    /// The URL path: `/index.html`.
    pub(crate) path: &'static str,
    pub(crate) mime: &'static str,
    /// A hash of the content, in hexadecimal.
    hash: &'static str,
    /// The name contains a hash of the content, so browsers may cache the file for ever.
    pub(crate) is_immutable: bool,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// The size of an embedded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssetSize {
    /// The URL path: `/index.html`.
    pub path: &'static str,
    /// Uncompressed, in bytes.
    pub raw: usize,
    /// Compressed with gzip, in bytes; the uncompressed size if that is smaller.
    pub gzip: usize,
    /// Compressed with brotli, in bytes; the uncompressed size if that is smaller.
    pub brotli: usize,
}

/// The sizes of the embedded files, sorted by path.
pub fn asset_sizes() -> impl Iterator<Item = AssetSize> {
    ASSETS.iter().map(|asset| AssetSize {
        path: asset.path,
        raw: asset.identity.len(),
        gzip: asset.body(Encoding::Gzip).len(),
        brotli: asset.body(Encoding::Brotli).len(),
    })
}

/// The file at a URL path.
pub(crate) fn find(path: &str) -> Option<&'static Asset> {
    let index = ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    ASSETS.get(index)
}

/// The app's HTML page.
pub(crate) fn index() -> Option<&'static Asset> {
    find("/index.html")
}

impl Asset {
    /// Whether the file is embedded in this encoding.
    pub(crate) fn has_encoding(&self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Identity => true,
            Encoding::Brotli => self.brotli.is_some(),
            Encoding::Gzip => self.gzip.is_some(),
        }
    }

    /// The file's bytes in an encoding, or uncompressed if it doesn't
    /// [have](Self::has_encoding) that encoding.
    pub(crate) fn body(&self, encoding: Encoding) -> Bytes {
        let compressed = match encoding {
            Encoding::Identity => None,
            Encoding::Brotli => self.brotli,
            Encoding::Gzip => self.gzip,
        };
        Bytes::from_static(compressed.unwrap_or(self.identity))
    }

    /// The entity tag. A strong one identifies the bytes that are sent, so each encoding has
    /// its own (RFC 9110, section 8.8.3.3).
    pub(crate) fn etag(&self, encoding: Encoding) -> HeaderValue {
        let suffix = encoding.name().map(|name| format!("-{name}")).unwrap_or_default();
        HeaderValue::try_from(format!("\"{}{suffix}\"", self.hash))
            .expect("hexadecimal digits and an encoding's name are valid in a header")
    }
}
