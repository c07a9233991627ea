//! The app's files, as `build.rs` put them into the binary.

use hyper::body::Bytes;
use hyper::header::HeaderValue;

use crate::encoding::Encoding;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file of the app.
#[derive(Clone, Copy)]
pub(crate) struct File {
    /// From the root: `/index.html`.
    pub(crate) path: &'static str,
    pub(crate) mime: &'static str,
    /// A hash of the content, in hexadecimal.
    tag: &'static str,
    /// The name has a hash of the content, so that a browser never has to ask again.
    pub(crate) immutable: bool,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// How large an embedded file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssetSize {
    /// From the root: `/index.html`.
    pub path: &'static str,
    /// As it is, in bytes.
    pub raw: usize,
    /// With gzip, in bytes; as it is where that is smaller.
    pub gzip: usize,
    /// With brotli, in bytes; as it is where that is smaller.
    pub brotli: usize,
}

/// The embedded files' sizes, by path.
pub fn asset_sizes() -> impl Iterator<Item = AssetSize> {
    FILES.iter().map(|file| AssetSize {
        path: file.path,
        raw: file.identity.len(),
        gzip: file.body(Encoding::Gzip).len(),
        brotli: file.body(Encoding::Brotli).len(),
    })
}

/// The file at `path`.
pub(crate) fn find(path: &str) -> Option<&'static File> {
    let index = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    FILES.get(index)
}

/// The page that the app starts from.
pub(crate) fn index() -> Option<&'static File> {
    find("/index.html")
}

impl File {
    /// Whether the file is there in this encoding.
    pub(crate) fn has(&self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Identity => true,
            Encoding::Brotli => self.brotli.is_some(),
            Encoding::Gzip => self.gzip.is_some(),
        }
    }

    /// The file's bytes in an encoding that it [has](Self::has), else as they are.
    pub(crate) fn body(&self, encoding: Encoding) -> Bytes {
        let packed = match encoding {
            Encoding::Identity => None,
            Encoding::Brotli => self.brotli,
            Encoding::Gzip => self.gzip,
        };
        Bytes::from_static(packed.unwrap_or(self.identity))
    }

    /// The entity tag. A strong one names the bytes that are sent, so each encoding
    /// has its own (RFC 9110, section 8.8.3.3).
    pub(crate) fn etag(&self, encoding: Encoding) -> HeaderValue {
        let suffix = encoding.name().map(|name| format!("-{name}")).unwrap_or_default();
        HeaderValue::try_from(format!("\"{}{suffix}\"", self.tag))
            .expect("hexadecimal digits and an encoding's name are fit for a header")
    }
}
