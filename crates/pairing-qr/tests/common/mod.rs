//! What the tests of this crate share: texts, and pictures drawn by other code
//! than the crate's own.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "only tests come here")]

use pairing_qr::QrMatrix;

/// The long-known shape of a pairing text: `2@` and comma-separated base64.
pub(crate) const SOCKET_TEXT: &str = "2@Hn5RtYw8PzVfKq2dZx8nT0vQpLw3sKd7YbRfUeHcJgMi1oXa5tVrNqPzWlEyDkSuBhCjFmGo2I4L6A9w==,\
     kq7Vd2Xz0bNnLr5Tf8Yc1JpGm3HsWu6EoQiRaKtBvDxSgMeZyCwFlPjUhOI=,\
     pT4rLm9XcWz2QyNf6KbVu0HsGd8EjRi5AoYtPeMkSaI=,\
     oB3nZx7JvQwKc1LrTg5MhYd9FuEpWsRi2XaGtNyVkCQ=,1";

/// The shape seen since 2026.
pub(crate) const LINK_TEXT: &str = "https://wa.me/settings/linked_devices#2@Zx8nT0vQpLw3sKd7YbRfUeHcJgMi1oXa5tVr\
     NqPzWlEyDkSuBhCjFmGo2I4L6A9w==,kq7Vd2Xz0bNnLr5Tf8Yc1JpGm3HsWu6EoQiRaKtBvDxSgMeZyCwFlPjUhOI=,\
     pT4rLm9XcWz2QyNf6KbVu0HsGd8EjRi5AoYtPeMkSaI=,oB3nZx7JvQwKc1LrTg5MhYd9FuEpWsRi2XaGtNyVkCQ=,1";

/// A picture in grey.
#[derive(Clone)]
pub(crate) struct Grey {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Grey {
    pub(crate) fn filled(width: usize, height: usize, shade: u8) -> Self {
        Self {
            width,
            height,
            pixels: vec![shade; width * height],
        }
    }

    /// Black on white, with modules of any size, even a broken number of pixels.
    pub(crate) fn of(matrix: &QrMatrix, pixels_per_module: f64, quiet_zone: usize) -> Self {
        let modules = matrix.width() + 2 * quiet_zone;
        let side = (modules as f64 * pixels_per_module).round() as usize;
        let mut picture = Self::filled(side, side, 255);
        for y in 0..side {
            for x in 0..side {
                let module = |at: usize| ((at as f64 + 0.5) / pixels_per_module) as usize;
                let (x_module, y_module) = (module(x), module(y));
                if x_module >= quiet_zone
                    && y_module >= quiet_zone
                    && matrix.is_dark(x_module - quiet_zone, y_module - quiet_zone)
                {
                    picture.pixels[y * side + x] = 0;
                }
            }
        }
        picture
    }

    pub(crate) fn map(mut self, shade: impl Fn(u8) -> u8) -> Self {
        for pixel in &mut self.pixels {
            *pixel = shade(*pixel);
        }
        self
    }

    pub(crate) fn negative(self) -> Self {
        self.map(|shade| 255 - shade)
    }

    /// Turned clockwise by a right angle.
    pub(crate) fn turned(&self) -> Self {
        let mut turned = Self::filled(self.height, self.width, 0);
        for y in 0..self.height {
            for x in 0..self.width {
                turned.pixels[x * self.height + (self.height - 1 - y)] =
                    self.pixels[y * self.width + x];
            }
        }
        turned
    }

    pub(crate) fn paste(&mut self, other: &Self, left: usize, top: usize) {
        for y in 0..other.height {
            let to = (top + y) * self.width + left;
            self.pixels[to..to + other.width]
                .copy_from_slice(&other.pixels[y * other.width..(y + 1) * other.width]);
        }
    }

    /// Each pixel the mean of itself and its eight neighbours.
    pub(crate) fn blurred(&self) -> Self {
        let mut blurred = self.clone();
        for y in 0..self.height {
            for x in 0..self.width {
                let (mut sum, mut count) = (0, 0);
                for y in y.saturating_sub(1)..(y + 2).min(self.height) {
                    for x in x.saturating_sub(1)..(x + 2).min(self.width) {
                        sum += usize::from(self.pixels[y * self.width + x]);
                        count += 1;
                    }
                }
                blurred.pixels[y * self.width + x] = (sum / count) as u8;
            }
        }
        blurred
    }

    pub(crate) fn to_png(&self) -> Vec<u8> {
        self.to_png_as(png::ColorType::Grayscale, png::BitDepth::Eight, |shade| {
            vec![shade]
        })
    }

    /// A PNG of any colour type with whole bytes per sample.
    pub(crate) fn to_png_as(
        &self,
        color: png::ColorType,
        depth: png::BitDepth,
        samples: impl Fn(u8) -> Vec<u8>,
    ) -> Vec<u8> {
        let data: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|&pixel| samples(pixel))
            .collect();
        write_png(self.width, self.height, &data, |encoder| {
            encoder.set_color(color);
            encoder.set_depth(depth);
        })
    }

    /// One bit per pixel, rows padded to whole bytes; set for a shade above 127.
    pub(crate) fn packed(&self) -> Vec<u8> {
        self.pixels
            .chunks_exact(self.width)
            .flat_map(|row| {
                row.chunks(8).map(|bits| {
                    bits.iter()
                        .enumerate()
                        .map(|(index, &shade)| (shade >> 7) << (7 - index))
                        .sum::<u8>()
                })
            })
            .collect()
    }

    pub(crate) fn to_jpeg(&self, quality: u8) -> Vec<u8> {
        self.to_jpeg_with(quality, |_| {})
    }

    pub(crate) fn to_jpeg_with(
        &self,
        quality: u8,
        options: impl FnOnce(&mut jpeg_encoder::Encoder<&mut Vec<u8>>),
    ) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, quality);
        options(&mut encoder);
        let rgb: Vec<u8> = self.pixels.iter().flat_map(|&shade| [shade; 3]).collect();
        encoder
            .encode(
                &rgb,
                self.width as u16,
                self.height as u16,
                jpeg_encoder::ColorType::Rgb,
            )
            .unwrap();
        file
    }
}

pub(crate) fn write_png(
    width: usize,
    height: usize,
    data: &[u8],
    options: impl FnOnce(&mut png::Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    options(&mut encoder);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    file
}

/// What a terminal shows: each half of a cell becomes a square of pixels, `ink`
/// or `paper`.
pub(crate) fn terminal_picture(drawing: &str, ink: u8, paper: u8) -> Grey {
    const PIXELS: usize = 4;
    let columns = drawing
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap();
    let rows = 2 * drawing.lines().count();
    let mut picture = Grey::filled(columns * PIXELS, rows * PIXELS, paper);
    let inked = Grey::filled(PIXELS, PIXELS, ink);
    for (line, text) in drawing.lines().enumerate() {
        for (column, cell) in text.chars().enumerate() {
            let (upper, lower) = match cell {
                '█' => (true, true),
                '▀' => (true, false),
                '▄' => (false, true),
                ' ' => (false, false),
                other => panic!("{other:?} is not a half block"),
            };
            for (half, set) in [upper, lower].into_iter().enumerate() {
                if set {
                    picture.paste(&inked, column * PIXELS, (2 * line + half) * PIXELS);
                }
            }
        }
    }
    picture
}

/// What a browser shows of the SVG: reads the view box and the rectangles of its
/// path, and nothing that the path should not have.
pub(crate) fn svg_picture(svg: &str, pixels_per_module: usize) -> Grey {
    let attribute = |name: &str| {
        let (_, value) = svg.split_once(name).unwrap();
        value.split('"').next().unwrap()
    };
    assert_eq!(svg.matches("<path").count(), 1);
    let view: Vec<usize> = attribute("viewBox=\"")
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    assert_eq!(view[..2], [0, 0]);
    let mut picture = Grey::filled(
        view[2] * pixels_per_module,
        view[3] * pixels_per_module,
        255,
    );
    for rectangle in attribute(" d=\"").split_terminator('z') {
        // M{x} {y}h{length}v1h-{length}
        let numbers: Vec<usize> = rectangle
            .split(['M', ' ', 'h', 'v', '-'])
            .filter(|number| !number.is_empty())
            .map(|number| number.parse().unwrap())
            .collect();
        let [x, y, length, 1, back] = numbers[..] else {
            panic!("{rectangle} is not a run of modules");
        };
        assert_eq!(length, back);
        let run = Grey::filled(length * pixels_per_module, pixels_per_module, 0);
        picture.paste(&run, x * pixels_per_module, y * pixels_per_module);
    }
    picture
}

/// The checksum that ends each chunk of a PNG.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}
