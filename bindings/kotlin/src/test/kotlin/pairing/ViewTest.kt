package pairing

import java.time.Duration
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test

/** What a screen shows. */
class ViewTest {
    private var answered = false
    private val seen = CompletableDeferred<Unit>()

    /** One code, then failures, which wait for the test to have seen the code. */
    private val provider = FakeProvider {
        if (answered) {
            seen.await()
            throw providerFailure(ErrorCode.UNAVAILABLE, "down")
        }
        answered = true
        codeReply("2@a,b")
    }

    /** The next code is asked for at once, and a failed request is repeated after a minute. */
    private val options = SessionOptions(
        PairingMethod.Qr,
        defaultPolicy().run {
            val soon = Duration.ofMillis(1)
            val minute = Duration.ofMinutes(1)
            copy(
                refreshMin = soon,
                refreshInterval = soon,
                qrLifetime = minute,
                retry = retry.copy(minDelay = minute, maxDelay = minute),
            )
        },
    )

    @Test
    fun `a view keeps its code while retrying and ends`() = runBlocking<Unit> {
        PairingSession(provider, options).use { session ->
            val shown = session.awaitView { it.screen is Screen.Code }
            assertEquals(PairingMethod.Qr, shown.method)
            assertEquals(listOf(1u, 1u, 3u), listOf(shown.round, shown.attempt, shown.codesPerRound))

            seen.complete(Unit)
            val retrying = session.awaitView { it.retrying != null }
            assertEquals("2@a,b", assertIs<Screen.Code>(retrying.screen).code.exposeText())
            assertEquals("down", retrying.retrying?.error?.message)
            assertTrue(retrying.actions.cancel && retrying.actions.switchToQr)
            assertFalse(retrying.actions.resume || retrying.actions.switchToPhoneCode)

            session.cancel()
            val last = assertNotNull(session.nextView())
            assertEquals(PairingOutcome.Cancelled, assertIs<Screen.Finished>(last.screen).outcome)
            assertFalse(last.actions.cancel)
            assertNull(session.nextView())
        }
    }

    @Test
    fun `the views begin with the present and complete after the last`() = runBlocking<Unit> {
        val linked = FakeProvider { CodeReply.AlreadyConnected }
        PairingSession(linked, attentive()).use { session ->
            val last = session.views().toList().last()
            assertIs<PairingOutcome.AlreadyConnected>(
                assertIs<Screen.Finished>(last.screen).outcome,
            )
            assertNull(session.nextView())
        }
    }

    private suspend fun PairingSession.awaitView(fits: (PairingView) -> Boolean): PairingView {
        while (true) {
            val view = assertNotNull(nextView(), "the session ended before it")
            if (fits(view)) return view
        }
    }
}
