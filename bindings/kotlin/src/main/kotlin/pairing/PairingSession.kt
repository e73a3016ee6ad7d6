package pairing

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * One run that tries to link one instance.
 *
 * It starts when it is made and goes on without a reader. A screen reads its views, which end
 * after one with [Screen.Finished]; a log reads its events, which end after one
 * [EventKind.Finished]. Both are the same stream: read one of them. Every method may be called from
 * any thread.
 *
 * [close] ends it, also while another coroutine waits for a view or an event. From then on there
 * are none, [cancel] does nothing, and the rest fails with [ErrorCode.SESSION_FINISHED]. A session
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
     * The next view: the present at the first call, then the latest after each change; null after
     * the last and after [close]. Views between two calls are skipped.
     *
     * One call at a time. Cancelling the call cancels the waiting, not the session, and loses
     * nothing. A time limit is the one exception, because `withTimeout` may drop what its block
     * returns; put it around the waiting alone: `withTimeoutOrNull(limit) { waitForView() }`, then
     * [takeView].
     */
    public suspend fun nextView(): PairingView? = next({ waitForView() }, { takeView() })

    /** The next event, or null after the last and after [close]; otherwise as [nextView]. */
    public suspend fun nextEvent(): PairingEvent? = next({ waitForEvent() }, { takeEvent() })

    private suspend fun <T> next(wait: suspend () -> Boolean, take: () -> T?): T? {
        while (wait()) {
            // Nothing to take: another call was quicker.
            return take() ?: continue
        }
        return null
    }

    /**
     * The present and each change from here on; it completes after the last view, and after
     * [close]. A slow collector skips to the latest view.
     *
     * One collector a session: two share the views between them.
     *
     * The collector owns the session: when the collecting ends before the last view, because its
     * coroutine was cancelled, the collector failed or an operator such as `first()` has seen
     * enough, the session is cancelled, and with it the request that is under way. To look on from
     * several places, or to stop looking without ending the session, share it (`stateIn`,
     * `shareIn`) in the scope that the session belongs to, or ask for [view].
     */
    public fun views(): Flow<PairingView> = owning { nextView() }

    /** Every event from here on, one after the other; otherwise as [views]. */
    public fun events(): Flow<PairingEvent> = owning { nextEvent() }

    private fun <T : Any> owning(next: suspend () -> T?): Flow<T> = flow {
        try {
            while (true) {
                emit(next() ?: break)
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
        // A call that waits keeps the session in memory until an event comes: the last one comes
        // now.
        cancel()
        super.destroy()
    }

    override suspend fun waitForEvent(): Boolean = unlessClosed({ super.waitForEvent() }) { false }

    override fun takeEvent(): PairingEvent? = unlessClosed({ super.takeEvent() }) { null }

    override suspend fun waitForView(): Boolean = unlessClosed({ super.waitForView() }) { false }

    override fun takeView(): PairingView? = unlessClosed({ super.takeView() }) { null }

    /** Ends the session, unless it has ended, and with it the request that is under way. */
    override fun cancel(): Unit = unlessClosed({ super.cancel() }) {}

    override fun resume(): Unit = unlessClosed({ super.resume() }, ::refuse)

    override fun switchMethod(method: PairingMethod): Unit =
        unlessClosed({ super.switchMethod(method) }, ::refuse)

    override fun notify(body: ByteArray, headers: Map<String, String>): WebhookHint =
        unlessClosed({ super.notify(body, headers) }, ::refuse)

    override fun view(): PairingView = unlessClosed({ super.view() }, ::refuse)

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
 * Links an instance from beginning to end and returns how it ended.
 *
 * [onView] draws each view, the last one too; its receiver is the session, so that it can
 * `resume()` after [Screen.WaitingForUser] and [Screen.PasskeyRequired]. The session is closed in any case: when this coroutine
 * is cancelled, or [onView] throws, it is cancelled.
 */
@Throws(PairingException::class, CancellationException::class)
public suspend fun link(
    provider: PairingProvider,
    options: SessionOptions = SessionOptions(PairingMethod.Qr),
    onView: suspend PairingSession.(PairingView) -> Unit,
): PairingOutcome {
    val session = PairingSession(provider, options)
    try {
        var outcome: PairingOutcome = PairingOutcome.Cancelled
        session.views().collect { view ->
            (view.screen as? Screen.Finished)?.let { outcome = it.outcome }
            session.onView(view)
        }
        return outcome
    } finally {
        session.close()
    }
}
