//! What the camera sees in the screenshots: hills in the evening instead of a test card.

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const FRAMES: usize = 2;

type Colour = [f64; 3];

/// From the top of the sky down to where it meets the hills.
const SKY: [(f64, Colour); 3] =
    [(0.0, [52.0, 74.0, 128.0]), (250.0, [222.0, 142.0, 134.0]), (430.0, [255.0, 214.0, 150.0])];
const SUN: (f64, f64, f64) = (860.0, 352.0, 54.0);
/// From the farthest: its height, how far it goes up and down, how wide its waves are,
/// and its colour.
const HILLS: [(f64, f64, f64, Colour); 4] = [
    (418.0, 34.0, 190.0, [176.0, 122.0, 140.0]),
    (474.0, 42.0, 260.0, [122.0, 92.0, 122.0]),
    (545.0, 46.0, 340.0, [74.0, 66.0, 98.0]),
    (640.0, 44.0, 420.0, [36.0, 40.0, 66.0]),
];

/// The scene as an uncompressed Y4M file.
pub(crate) fn y4m() -> Vec<u8> {
    let mut frame = b"FRAME\n".to_vec();
    let pixels = |step: usize| {
        let rows = (0..HEIGHT).step_by(step);
        rows.flat_map(move |y| (0..WIDTH).step_by(step).map(move |x| colour(x.into(), y.into())))
    };
    frame.extend(pixels(1).map(|[r, g, b]| byte(0.299 * r + 0.587 * g + 0.114 * b)));
    frame.extend(pixels(2).map(|[r, g, b]| byte(128.0 - 0.169 * r - 0.331 * g + 0.5 * b)));
    frame.extend(pixels(2).map(|[r, g, b]| byte(128.0 + 0.5 * r - 0.419 * g - 0.081 * b)));
    let head = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 C420jpeg\n");
    [head.into_bytes(), frame.repeat(FRAMES)].concat()
}

fn colour(x: f64, y: f64) -> Colour {
    let mut colour = sky(y);
    let from_sun = (x - SUN.0).hypot(y - SUN.1);
    colour = mix(colour, [255.0, 236.0, 190.0], 0.75 * (-from_sun / 130.0).exp());
    colour = mix(colour, [255.0, 248.0, 224.0], edge(SUN.2 - from_sun));
    for (height, swing, width, hill) in HILLS {
        let wave = (x / width + height).sin() + 0.45 * (x / width * 2.3 + swing).sin();
        // Mist lies between the hills.
        let misty = mix(hill, [232.0, 176.0, 158.0], 0.28 * (1.0 - (y - height) / 120.0));
        colour = mix(colour, misty, edge(y - height - swing * wave));
    }
    colour
}

fn sky(y: f64) -> Colour {
    let mut colour = SKY[0].1;
    for pair in SKY.windows(2) {
        if let [(top, from), (bottom, to)] = pair
            && y >= *top
        {
            colour = mix(*from, *to, (y - top) / (bottom - top));
        }
    }
    colour
}

fn mix(from: Colour, to: Colour, share: f64) -> Colour {
    let share = share.clamp(0.0, 1.0);
    let [r, g, b] = from;
    let [to_r, to_g, to_b] = to;
    [r + (to_r - r) * share, g + (to_g - g) * share, b + (to_b - b) * share]
}

/// 0 outside, 1 inside, soft for a pixel or two between.
fn edge(inside: f64) -> f64 {
    (inside / 1.5 + 0.5).clamp(0.0, 1.0)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 255")]
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
