//! A scene that needs many bits: the synthetic camera's own needs so few that a slow network
//! carries it whatever the sender does.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use anyhow::{Context, Result};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
/// A second and a half, over and over.
const FRAMES: usize = 45;
/// How far everything moves from one frame to the next, in pixels.
const STEP: usize = 12;
/// How far that is in all.
const AROUND: usize = STEP * FRAMES;

/// A Y4M file in the folder for temporary files. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Scene(PathBuf);

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Scene {
    /// Writes a landscape of patches with fine grain that passes by, as from a train.
    pub(crate) fn write() -> Result<Self> {
        let path = env::temp_dir().join(format!("sightline-scene-{}.y4m", process::id()));
        let scene = Self(path);
        let file = fs::File::create(scene.path()).context("the scene can't be written")?;
        let mut file = std::io::BufWriter::new(file);
        writeln!(file, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 C420jpeg")?;
        let planes = [Plane::new(1, 0), Plane::new(2, 1), Plane::new(2, 2)];
        for number in 0..FRAMES {
            file.write_all(b"FRAME\n")?;
            for plane in &planes {
                plane.write(number, &mut file)?;
            }
        }
        file.flush()?;
        Ok(scene)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

/// Brightness or one of the two colours, once around: what leaves on one side comes back on
/// the other, so that the end of the scene is its beginning.
struct Plane {
    /// How many pixels of the picture one of these is wide and high.
    scale: usize,
    rows: Vec<Vec<u8>>,
}

impl Plane {
    fn new(scale: usize, number: usize) -> Self {
        let row = |y| (0..AROUND / scale).map(|x| pixel(x * scale, y * scale, number)).collect();
        Self { scale, rows: (0..HEIGHT / scale).map(row).collect() }
    }

    fn write(&self, frame: usize, to: &mut impl Write) -> std::io::Result<()> {
        let (shift, width) = (frame * STEP / self.scale, WIDTH / self.scale);
        for row in &self.rows {
            let row: Vec<u8> = row.iter().copied().cycle().skip(shift).take(width).collect();
            to.write_all(&row)?;
        }
        Ok(())
    }
}

/// Patches of three sizes, laid over each other; the smallest are the grain.
fn pixel(x: usize, y: usize, plane: usize) -> u8 {
    let layers: [(usize, usize); 3] =
        if plane == 0 { [(60, 110), (12, 60), (2, 40)] } else { [(60, 90), (12, 30), (4, 10)] };
    let sum: usize = layers
        .iter()
        .map(|(size, height)| random(x / size, y / size, plane + size) * height / 256)
        .sum();
    u8::try_from(sum + 20).unwrap_or(u8::MAX)
}

/// A number below 256 for a place: as good as random, and always the same.
fn random(x: usize, y: usize, seed: usize) -> usize {
    let mut bits = (x * 0x9e37 + y * 0x85eb + seed * 0xc2b3).wrapping_mul(0x27d4_eb2d);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x185e_bca6);
    (bits >> 13) % 256
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_as_long_as_its_header_says_and_goes_away() {
        let scene = Scene::write().unwrap();
        let path = scene.path().to_owned();
        let header = "YUV4MPEG2 W1280 H720 F30:1 Ip A1:1 C420jpeg\n".len();
        let length = fs::metadata(&path).unwrap().len();
        let frames = FRAMES * ("FRAME\n".len() + WIDTH * HEIGHT * 3 / 2);
        assert_eq!(length, u64::try_from(header + frames).unwrap());
        drop(scene);
        assert!(!path.exists());
    }

    #[test]
    fn a_picture_has_grain_and_moves() {
        let plane = Plane::new(1, 0);
        let frame = |number| {
            let mut bytes = Vec::new();
            plane.write(number, &mut bytes).unwrap();
            bytes
        };
        let (one, next) = (frame(0), frame(1));
        let differ = |one: &[u8], other: &[u8]| {
            one.iter().zip(other).filter(|(one, other)| one != other).count()
        };
        assert!(differ(&one, &one[2..]) > one.len() / 2, "neighbours are alike");
        assert!(differ(&one, &next) > one.len() / 2, "it does not move");
        assert_eq!(one[STEP..WIDTH], next[..WIDTH - STEP]);
        assert_eq!(one, frame(FRAMES), "the end is not the beginning");
    }
}
