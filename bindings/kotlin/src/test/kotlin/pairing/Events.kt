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

/** Reads to the end, in which there is exactly one outcome. */
suspend fun PairingSession.outcome(): PairingOutcome {
    val outcome = await<EventKind.Finished>().outcome
    check(nextEvent() == null) { "an event after the last" }
    return outcome
}
