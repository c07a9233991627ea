//! Embeds the app into the relay: reads Trunk's output, compresses each file, and generates a
//! table that `src/assets.rs` includes.
//!
//! The app is read from `dist` in the workspace root, or from `SIGHTLINE_DIST`. If it isn't built,
//! a placeholder page is embedded, so that the relay builds and its tests run in a fresh clone.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const NOT_BUILT: &str = r#"<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Sightline</title>
  </head>
  <body>
    <h1>The app is not included</h1>
    <p>This relay was built without the app. Run <code>cargo xtask run</code> to build both.</p>
  </body>
</html>
"#;

struct File {
    /// The URL path: `/index.html`.
    path: String,
    bytes: Vec<u8>,
}

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SIGHTLINE_DIST");
    let dist = dist_folder()?;
    // Cargo watches all files in the folder.
    println!("cargo::rerun-if-changed={}", dist.display());

    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, "", &mut files)?;
    } else {
        println!(
            "cargo::warning=The app is not built ({} has no index.html). The relay will serve a \
             placeholder page. Run `cargo xtask run` to build both.",
            dist.display()
        );
        files.push(File { path: "/index.html".into(), bytes: NOT_BUILT.into() });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));

    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut table = String::from("pub(crate) static ASSETS: &[Asset] = &[\n");
    for (number, file) in files.iter().enumerate() {
        add_row(&mut table, &out.join(number.to_string()), file)?;
    }
    table.push_str("];\n\npub(crate) static SCRIPT_HASHES: &[&str] = &[\n");
    for file in files.iter().filter(|file| file.path == "/index.html") {
        for hash in script_hashes(&String::from_utf8_lossy(&file.bytes)) {
            writeln!(table, "    {hash:?},")?;
        }
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

fn dist_folder() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("SIGHTLINE_DIST") {
        return Ok(env::current_dir()?.join(folder));
    }
    let top = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let dist = top.join("dist");
    // While a watched path doesn't exist, Cargo runs this script and compiles the relay in each
    // build. Trunk creates the folder anyway; if creating it fails, builds are only slower.
    if top.join("trunk.toml").is_file() {
        let _ = fs::create_dir_all(&dist);
    }
    Ok(dist)
}

/// Collects all files in `folder` except hidden ones (Trunk's `.stage`).
fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| format!("{name:?} is not UTF-8"))?;
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else {
            files.push(File { path, bytes: fs::read(entry.path())? });
        }
    }
    Ok(())
}

fn add_row(table: &mut String, stem: &Path, file: &File) -> Result<()> {
    let bytes = &file.bytes;
    let include = |extension: &str, bytes: &[u8]| -> Result<String> {
        let path = stem.with_extension(extension);
        fs::write(&path, bytes)?;
        Ok(format!("include_bytes!({path:?})"))
    };
    let identity = include("raw", bytes)?;
    // Only if compression makes the file smaller, which isn't so for images and fonts.
    let if_smaller = |extension, compressed: Vec<u8>| -> Result<String> {
        if compressed.len() >= bytes.len() {
            return Ok("None".into());
        }
        Ok(format!("Some({})", include(extension, &compressed)?))
    };
    let brotli = if_smaller("br", brotli(bytes)?)?;
    let gzip = if_smaller("gz", gzip(bytes)?)?;
    let path = &file.path;
    let mime = mime(path);
    let hash: String = Sha256::digest(bytes).iter().take(16).map(|b| format!("{b:02x}")).collect();
    let is_immutable = has_hash(path);
    writeln!(
        table,
        "    Asset {{ path: {path:?}, mime: {mime:?}, hash: {hash:?}, is_immutable: {is_immutable}, \
         identity: {identity}, brotli: {brotli}, gzip: {gzip} }},"
    )?;
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        // The largest window that all browsers support, so that it holds the whole file.
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Whether the name contains Trunk's hash of the content (`style-0123456789abcdef.css`,
/// `app-0123456789abcdef_bg.wasm`). Such a file never changes.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let Some((stem, _extension)) = name.split_once('.') else { return false };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        // Trunk omits leading zeros: one hash in 16 is shorter, one in 65,536 by four digits.
        (12..=16).contains(&hash.len())
            && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn mime(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        // Browsers need exactly this type to compile WebAssembly while it loads.
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// CSP sources (`'sha256-…'`) of the page's inline scripts. Trunk adds one that starts the app.
fn script_hashes(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((script, after)) = after.split_once("</script>") else { break };
        if !attributes.contains("src=") {
            let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script));
            hashes.push(format!("'sha256-{hash}'"));
        }
        rest = after;
    }
    hashes
}
