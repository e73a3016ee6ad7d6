package pairing

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** The ways a session ends from this side, and that each reaches the request under way. */
class SessionEndTest {
    private val hanging = Hanging()
    private val provider = FakeProvider { hanging.hang() }

    @Test
    fun `cancelling the collector cancels the session and its request`() = runBlocking<Unit> {
        val session = PairingSession(provider, attentive())
        // Undispatched: who was cancelled before it began has collected nothing.
        val collecting = launch(start = CoroutineStart.UNDISPATCHED) {
            session.events().collect {}
        }
        hanging.began.await()
        collecting.cancelAndJoin()
        hanging.cancelled.await()
        assertEquals(PairingOutcome.Cancelled, session.outcome())
        session.close()
    }

    @Test
    fun `a collector that fails cancels the session and its request`() = runBlocking<Unit> {
        val session = PairingSession(provider, attentive())
        hanging.began.await()
        assertFailsWith<UnsupportedOperationException> {
            session.events().collect { throw UnsupportedOperationException() }
        }
        hanging.cancelled.await()
        assertEquals(PairingOutcome.Cancelled, session.outcome())
        session.close()
    }

    @Test
    fun `a collector that has enough cancels the session and its request`() = runBlocking<Unit> {
        val session = PairingSession(provider, attentive())
        hanging.began.await()
        assertIs<EventKind.Preparing>(session.events().first().kind)
        hanging.cancelled.await()
        assertEquals(PairingOutcome.Cancelled, session.outcome())
        session.close()
    }

    @Test
    fun `cancelling a linking cancels its request`() = runBlocking<Unit> {
        val linking = launch { link(provider, attentive()) {} }
        hanging.began.await()
        linking.cancelAndJoin()
        hanging.cancelled.await()
    }

    @Test
    fun `a session that was dropped cancels its request`() = runBlocking<Unit> {
        PairingSession(provider, attentive()).use { hanging.began.await() }
        hanging.cancelled.await()
    }

    @Test
    fun `closing ends a session that somebody waits for`() = runBlocking<Unit> {
        val session = PairingSession(provider, attentive())
        hanging.began.await()
        val looking = CompletableDeferred<Unit>()
        val events = async { session.events().onEach { looking.complete(Unit) }.toList() }
        looking.await()
        session.close()
        hanging.cancelled.await()
        assertIs<EventKind.Preparing>(events.await().single().kind)
    }

    @Test
    fun `a session that was closed has no events and refuses the rest`() = runBlocking<Unit> {
        val session = PairingSession(provider, attentive())
        session.close()
        session.close()
        assertNull(session.nextEvent())
        assertEquals(emptyList(), session.events().toList())
        assertFalse(session.waitForEvent())
        assertNull(session.takeEvent())
        assertNull(session.nextView())
        assertEquals(emptyList(), session.views().toList())
        assertNull(session.takeView())
        session.cancel()
        val refused = listOf<() -> Unit>(
            { session.resume() },
            { session.switchMethod(PairingMethod.Qr) },
            { session.notify(ByteArray(0)) },
            { session.view() },
        ).map { assertFailsWith<PairingException> { it() }.code }
        assertEquals(List(4) { ErrorCode.SESSION_FINISHED }, refused)
    }

    @Test
    fun `both kinds of use close`() = runBlocking<Unit> {
        val ours = PairingSession(provider, attentive())
        // The generated one, for whoever imports `pairing.*`.
        ours.use { hanging.began.await() }
        hanging.cancelled.await()
        val again = Hanging()
        val theirs: AutoCloseable = PairingSession(FakeProvider { again.hang() }, attentive())
        theirs.use { again.began.await() }
        again.cancelled.await()
    }

    @Test
    fun `cancelling the wait for an event leaves the session alone and loses none`() =
        runBlocking<Unit> {
            // The event and the cancellation race each other.
            repeat(200) {
                val answer = CompletableDeferred<CodeReply>()
                val patient = FakeProvider { answer.await() }
                PairingSession(patient, attentive()).use { session ->
                    session.await<EventKind.Preparing>()
                    var event: PairingEvent? = null
                    val waiting = launch(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                        event = session.nextEvent()
                    }
                    answer.complete(codeReply())
                    waiting.cancelAndJoin()
                    event = event ?: session.nextEvent()
                    assertEquals(2uL, event?.seq)
                    assertIs<EventKind.CodeReady>(event?.kind)
                }
            }
        }

    @Test
    fun `the events end after the last`() = runBlocking<Unit> {
        val linked = FakeProvider { CodeReply.AlreadyConnected }
        PairingSession(linked, attentive()).use { session ->
            val events = session.events().toList()
            assertEquals(listOf(1uL, 2uL), events.map { it.seq })
            assertIs<EventKind.Preparing>(events[0].kind)
            val outcome = assertIs<EventKind.Finished>(events[1].kind).outcome
            assertIs<PairingOutcome.AlreadyConnected>(outcome)
            assertNull(session.nextEvent())
            val refused = assertFailsWith<PairingException> { session.resume() }
            assertEquals(ErrorCode.SESSION_FINISHED, refused.code)
        }
    }

    @Test
    fun `a failure in the middle of a linking ends the session`() = runBlocking<Unit> {
        val showing = FakeProvider { codeReply() }
        var seen: PairingSession? = null
        assertFailsWith<CancellationException> {
            link(showing, attentive()) {
                seen = this
                if (it.screen is Screen.Code) throw CancellationException("enough")
            }
        }
        val closed = assertFailsWith<PairingException> { checkNotNull(seen).view() }
        assertEquals(ErrorCode.SESSION_FINISHED, closed.code)
    }
}
