//! The numbers a session goes by.

use std::mem::MaybeUninit;
use std::time::Duration;

use pairing_core::PairingPolicy;

use super::arguments::non_null;
use super::guard::{catch_or, guard};
use super::last_error::Failure;
use super::policy_fields::{Slot, slot};
use super::provider::pairing_provider;
use super::status::pairing_status;
use super::text::milliseconds;

/// The numbers a session goes by: lifetimes, intervals, retries, the deadline.
pub struct pairing_policy {
    pub(super) policy: PairingPolicy,
}

/// The policy that suits this provider's gateway, to change single numbers of.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_policy_recommended(
    provider: Option<&pairing_provider>,
    policy: Option<&mut MaybeUninit<Box<pairing_policy>>>,
) -> pairing_status {
    guard(|| {
        let (provider, out) = (non_null(provider)?, non_null(policy)?);
        let policy = provider.provider.recommended_policy();
        out.write(Box::new(pairing_policy { policy }));
        Ok(())
    })
}

/// Reads a number, one of `pairing_policy_field`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_policy_get(
    policy: Option<&pairing_policy>,
    field: u32,
    value: Option<&mut MaybeUninit<i64>>,
) -> pairing_status {
    guard(|| {
        let (policy, out) = (non_null(policy)?, non_null(value)?);
        let mut copy = policy.policy.clone();
        let value = match slot(&mut copy, field).ok_or_else(no_such_field)? {
            Slot::Time(time) => milliseconds(Some(*time)),
            Slot::Count(count) => i64::from(*count),
        };
        out.write(value);
        Ok(())
    })
}

/// Changes a number, one of `pairing_policy_field`. Whether the numbers fit together is looked
/// at later: by `pairing_policy_validate`, and when a session starts.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_policy_set(
    policy: Option<&mut pairing_policy>,
    field: u32,
    value: i64,
) -> pairing_status {
    guard(|| {
        let policy = non_null(policy)?;
        match slot(&mut policy.policy, field).ok_or_else(no_such_field)? {
            Slot::Time(time) => {
                *time = Duration::from_millis(u64::try_from(value).map_err(out_of_range)?);
            }
            Slot::Count(count) => *count = u32::try_from(value).map_err(out_of_range)?,
        }
        Ok(())
    })
}

fn no_such_field() -> Failure {
    Failure::new(
        pairing_status::InvalidArgument,
        "a policy has no such number",
    )
}

fn out_of_range(_: std::num::TryFromIntError) -> Failure {
    Failure::new(
        pairing_status::InvalidArgument,
        "a number of the policy is negative or too large",
    )
}

/// Divides every time but the request timeout by a factor, for demonstrations against a
/// simulator whose clock runs faster. A factor of 0 counts as 1.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_policy_speed_up(
    policy: Option<&mut pairing_policy>,
    factor: u32,
) -> pairing_status {
    guard(|| {
        let policy = non_null(policy)?;
        policy.policy = policy.policy.scaled_down(factor);
        Ok(())
    })
}

/// Whether the numbers fit together; if not, the last error names the rule.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_policy_validate(policy: Option<&pairing_policy>) -> pairing_status {
    guard(|| Ok(non_null(policy)?.policy.validate()?))
}

/// Frees a policy. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_policy_free(policy: Option<Box<pairing_policy>>) {
    catch_or((), || drop(policy));
}
