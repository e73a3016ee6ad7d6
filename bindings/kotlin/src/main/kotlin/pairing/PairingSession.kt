package pairing

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * One run that tries to link one instance.
 *
 * It starts when it is made and works on while nobody reads its events, which end after exactly
 * one [EventKind.Finished]. Every method may be called from any thread.
 *
 * [close] ends it, whoever may be waiting for an event at that moment. From then on there are no
 * events, [cancel] does nothing, and the rest fails with [ErrorCode.SESSION_FINISHED]. A session
 * that is only forgotten is released by the garbage collector some time later, and lasts at most
 * until the deadline of its policy.
 *
 * @throws PairingException with [ErrorCode.INVALID_PHONE], [ErrorCode.INVALID_POLICY],
 *   [ErrorCode.UNSUPPORTED] for a method that the provider does not have, or
 *   [ErrorCode.PHONE_NOT_VERIFIABLE].
 */
public class PairingSession
@Throws(PairingException::class)
constructor(
    provider: PairingProvider,
    options: SessionOptions,
) : GeneratedPairingSession(provider, options) {

    /**
     * The next event, or null after the last and after [close].
     *
     * One call at a time: of two, each gets events that the other does not see. Cancelling the
     * call cancels the waiting, not the session, and loses no event. A time limit is the one
     * exception, because `withTimeout` may drop what its block returns; put it around the waiting
     * alone: `withTimeoutOrNull(limit) { waitForEvent() }`, then [takeEvent].
     */
    public suspend fun nextEvent(): PairingEvent? {
        while (waitForEvent()) {
            // Nothing to take: another call was quicker.
            return takeEvent() ?: continue
        }
        return null
    }

    /**
     * The events from here on; it completes after the last, and after [close].
     *
     * One collector a session: two share the events between them.
     *
     * Whoever collects it owns the session: when the collecting ends before the last event,
     * because its coroutine was cancelled, the collector failed or an operator such as `first()`
     * has seen enough, the session is cancelled, and with it the request that is under way. To
     * look on from several places, or to stop looking without ending the session, share it
     * (`stateIn`, `shareIn`) in the scope that the session belongs to, or ask for [snapshot].
     */
    public fun events(): Flow<PairingEvent> = flow {
        try {
            while (true) {
                emit(nextEvent() ?: break)
            }
        } finally {
            cancel()
        }
    }

    /** Ends the session, unless it has ended, and releases it. Nothing waits here. */
    override fun close() {
        destroy()
    }

    /** The same as [close]. */
    override fun destroy() {
        // A call of `waitForEvent` keeps the session in memory until an event comes: the last one
        // comes now.
        cancel()
        super.destroy()
    }

    override suspend fun waitForEvent(): Boolean = unlessClosed({ super.waitForEvent() }) { false }

    override fun takeEvent(): PairingEvent? = unlessClosed({ super.takeEvent() }) { null }

    /** Ends the session, unless it has ended, and with it the request that is under way. */
    override fun cancel(): Unit = unlessClosed({ super.cancel() }) {}

    override fun resume(): Unit = unlessClosed({ super.resume() }, ::refuse)

    override fun switchMethod(method: PairingMethod): Unit =
        unlessClosed({ super.switchMethod(method) }, ::refuse)

    override fun notify(body: ByteArray): WebhookHint =
        unlessClosed({ super.notify(body) }, ::refuse)

    override fun snapshot(): PairingSnapshot = unlessClosed({ super.snapshot() }, ::refuse)

    private fun refuse(): Nothing =
        throw providerFailure(ErrorCode.SESSION_FINISHED, "the session was closed")

    /** The generated methods of an object that was closed throw [IllegalStateException]. */
    private inline fun <T> unlessClosed(call: () -> T, closed: () -> T): T =
        try {
            call()
        } catch (cancelled: CancellationException) {
            // On the JVM it is an `IllegalStateException` too.
            throw cancelled
        } catch (failed: IllegalStateException) {
            if (uniffiIsDestroyed) closed() else throw failed
        }
}

/**
 * Links an instance from beginning to end and says how it ended.
 *
 * [onEvent] gets every event, the last one too, one after the other; its receiver is the session,
 * so that it can `resume()` after [EventKind.InteractionRequired]. The session is closed whatever
 * happens: when this coroutine is cancelled, or [onEvent] throws, it is cancelled.
 */
@Throws(PairingException::class, CancellationException::class)
public suspend fun link(
    provider: PairingProvider,
    options: SessionOptions = SessionOptions(PairingMethod.Qr),
    onEvent: suspend PairingSession.(PairingEvent) -> Unit,
): PairingOutcome {
    val session = PairingSession(provider, options)
    try {
        var outcome: PairingOutcome = PairingOutcome.Cancelled
        session.events().collect { event ->
            (event.kind as? EventKind.Finished)?.let { outcome = it.outcome }
            session.onEvent(event)
        }
        return outcome
    } finally {
        session.close()
    }
}
