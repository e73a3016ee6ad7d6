//! Draws as SVG, for a browser.

use std::fmt::Write as _;

use crate::matrix::{QUIET_ZONE, QrMatrix};

impl QrMatrix {
    /// Draws the code as an SVG document: black on white, with a quiet zone of
    /// [`QUIET_ZONE`] modules, all dark modules in one path.
    ///
    /// One unit of the view box is one module. The document names no width or
    /// height, so that it fills the space it is given.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let side = self.width() + 2 * QUIET_ZONE;
        let path = self.dark_runs();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\">\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
             <path fill=\"#000\" d=\"{path}\"/>\
             </svg>\n"
        )
    }

    /// One rectangle for each horizontal run of dark modules, as path commands.
    fn dark_runs(&self) -> String {
        let mut path = String::new();
        for (y, row) in self.rows().enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    let length = run.len();
                    write!(
                        path,
                        "M{} {}h{length}v1h-{length}z",
                        x + QUIET_ZONE,
                        y + QUIET_ZONE
                    )
                    .expect("a String takes every write");
                }
                x += run.len();
            }
        }
        path
    }
}
