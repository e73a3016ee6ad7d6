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

    @Test
    fun `a gateway that starts and links shows it`() = runBlocking<Unit> {
        val replies = ArrayDeque(listOf(CodeReply.Starting(Duration.ofMillis(1)), codeReply()))
        val gateway = FakeProvider { replies.removeFirstOrNull() ?: CodeReply.Linking }
        PairingSession(gateway, attentive()).use { session ->
            session.await<EventKind.Starting>()
            session.await<EventKind.CodeReady>()
            gateway.status = InstanceStatus(InstancePhase.LINKING)
            session.await<EventKind.Linking>()
            assertIs<Screen.Linking>(session.view().screen)
        }
    }

    @Test
    fun `a passkey is shown, and codes can be asked for again`() = runBlocking<Unit> {
        val url = "https://example.com/passkey"
        val step = { PasskeyStep(url, "12-34") }
        val replies = ArrayDeque<CodeReply>(listOf(CodeReply.PasskeyRequired(step())))
        val gateway = FakeProvider { replies.removeFirstOrNull() ?: codeReply() }
        gateway.status = InstanceStatus(InstancePhase.PASSKEY_REQUIRED, passkey = step())
        PairingSession(gateway, attentive()).use { session ->
            val asked = session.awaitView { it.screen is Screen.PasskeyRequired }
            assertTrue(asked.actions.resume)
            val shown = assertIs<Screen.PasskeyRequired>(asked.screen).step
            assertEquals(listOf(url, "12-34"), listOf(shown.exposeUrl(), shown.exposeConfirmationCode()))
            for (text in listOf("$asked", "${asked.screen}", "$shown", "${gateway.status}")) {
                assertFalse("example.com" in text || "12-34" in text, text)
            }
            session.resume()
            session.awaitView { it.screen is Screen.Code }
        }
    }

    @Test
    fun `a link that is lost before it is confirmed is told`() = runBlocking<Unit> {
        val linked = InstanceStatus(InstancePhase.LINKED, "+5511999998888")
        val statuses = ArrayDeque(listOf(linked))
        val gateway = object : FakeProvider({ codeReply() }) {
            override suspend fun status() = statuses.removeFirstOrNull() ?: status
        }
        val soon = Duration.ofMillis(20)
        val policy = defaultPolicy().copy(
            statusInterval = soon,
            linkingStatusInterval = soon,
            linkConfirmation = soon,
        )
        PairingSession(gateway, SessionOptions(PairingMethod.Qr, policy)).use { session ->
            assertEquals("+5511999998888", session.await<EventKind.Linked>().phone)
            assertEquals(PairingOutcome.LinkDropped, session.outcome())
        }
    }

    private suspend fun PairingSession.awaitView(fits: (PairingView) -> Boolean): PairingView {
        while (true) {
            val view = assertNotNull(nextView(), "the session ended before it")
            if (fits(view)) return view
        }
    }
}
