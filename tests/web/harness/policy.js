// The numbers of a session, on a clock that runs faster.

/** The recommended ones in milliseconds, as far as a clock is concerned. */
const DURATIONS = {
  qr_lifetime: 20_000,
  phone_code_lifetime: 160_000,
  refresh_min: 10_000,
  refresh_interval: 20_000,
  refresh_max: 20_000,
  phone_code_spacing: 30_000,
  status_interval: 5_000,
  post_expiry_status_window: 30_000,
  webhook_debounce: 1_000,
  not_ready_delay: 2_000,
  deadline: 600_000,
};
const RETRY = { min_delay: 1_000, max_delay: 30_000, max_cooldown: 60_000 };

/** No QR code dies while a test looks or counts, however busy the machine is. */
export const CALM = {
  qr_lifetime: '1h',
  // Only a person can want another.
  refresh_min: '100ms',
  refresh_interval: '1h',
  refresh_max: '1h',
};

/** Nothing but a person ends a round that is over. */
export const PATIENT = { post_expiry_status_window: '10m', deadline: '10m' };

/** For a simulator of this speed; `changes` are not sped up. */
export function policy(speed, { retry = {}, ...changes } = {}) {
  return {
    ...faster(DURATIONS, speed),
    ...changes,
    retry: { ...faster(RETRY, speed), ...retry },
  };
}

function faster(durations, speed) {
  const entries = Object.entries(durations);
  return Object.fromEntries(entries.map(([name, ms]) => [name, `${Math.round(ms / speed)}ms`]));
}
