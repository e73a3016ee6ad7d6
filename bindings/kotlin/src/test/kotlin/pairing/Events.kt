package pairing

import kotlin.test.assertNotNull

/** Reads on until this kind of event comes. */
suspend inline fun <reified T : EventKind> PairingSession.await(): T {
    while (true) {
        val kind = assertNotNull(nextEvent(), "the session ended before it").kind
        if (kind is T) {
            return kind
        }
    }
}

/**
 * Reads to the end, in which there is exactly one outcome. Asks for codes again where a round is over:
 * on a busy machine that may be before the session has seen that a code was used.
 */
suspend fun PairingSession.outcome(): PairingOutcome {
    while (true) {
        when (val kind = assertNotNull(nextEvent(), "the session ended before its outcome").kind) {
            is EventKind.InteractionRequired -> try {
                resume()
            } catch (_: PairingException) {
                // It has seen the link meanwhile.
            }
            is EventKind.Finished -> {
                check(nextEvent() == null) { "an event after the last" }
                return kind.outcome
            }
            else -> {}
        }
    }
}
