package pairing

import java.time.Duration

/** What to branch on. */
public val PairingException.code: ErrorCode
    get() = failed.code

/** A sentence in English, safe to show; `message` is for logs and lists all four values. */
public val PairingException.reason: String
    get() = failed.reason

/** Whether the same call may succeed later without any change by a person. */
public val PairingException.retryable: Boolean
    get() = failed.retryable

/** How long the gateway asks callers to wait, if it says. */
public val PairingException.retryAfter: Duration?
    get() = failed.retryAfter

/**
 * What a provider that the app implements throws when a request failed.
 *
 * The session decides by the [code] whether it tries again and when. The [reason] is shown to
 * people and written to logs: no credential, no code, no URL, and no text of the gateway.
 * [retryAfter] is how long the gateway asks callers to wait, if it says.
 */
public fun providerFailure(
    code: ErrorCode,
    reason: String,
    retryAfter: Duration? = null,
): PairingException {
    // The library works it out from the code.
    val retryable = false
    return PairingException.Failed(code, reason, retryable, retryAfter)
}

private val PairingException.failed: PairingException.Failed
    get() = when (this) {
        is PairingException.Failed -> this
    }
