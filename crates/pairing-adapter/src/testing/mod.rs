//! For the tests of adapters (feature `test-util`): a transport without a network, and
//! known exchanges.

mod fixture;
mod forms;
mod hostile;
mod outcome;
mod skeleton;

pub use fixture::{
    CANARY, Fixture, FixtureAnswer, FixturePurpose, FixtureRequest, FixtureSetup, FollowedUp, Label,
};
pub use forms::{enveloped, flagged_as_failure};
pub use hostile::survive_hostile_answers;
pub use pairing_http::testing::CannedTransport;
pub use skeleton::fixture_skeletons;
