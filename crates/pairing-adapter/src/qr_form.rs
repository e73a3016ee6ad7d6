//! The two forms gateways send QR codes in.

use serde::{Deserialize, Serialize};

/// Which form of QR code to ask a gateway for that has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrForm {
    /// What the QR code says, to be drawn: crisp everywhere, also in a terminal.
    #[default]
    Text,
    /// A picture.
    Image,
}
