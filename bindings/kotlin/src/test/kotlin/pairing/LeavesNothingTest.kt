package pairing

import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import pairing.jdk.JdkHttpTransport

/**
 * A thousand sessions whose calls come back into Kotlin. What they leave in the process with the
 * library's own HTTP client is measured from outside, by the scenarios.
 */
class LeavesNothingTest {
    @Test
    fun `with a provider in Kotlin`() = runBlocking<Unit> {
        leavesNothing {
            val hanging = Hanging()
            PairingSession(FakeProvider { hanging.hang() }, attentive()).use { session ->
                hanging.began.await()
                session.cancel()
                session.outcome()
            }
            hanging.cancelled.await()
        }
        assertEquals(0, uniffiForeignFutureHandleCount())
    }

    @Test
    fun `with a transport in Kotlin`() = runBlocking<Unit> {
        val instance = Simulator.instance("zapi")
        val transport = JdkHttpTransport()
        leavesNothing {
            PairingSession(instance.open(transport), attentive()).use { session ->
                session.await<EventKind.CodeReady>()
                session.cancel()
                session.outcome()
            }
        }
    }

    private suspend fun leavesNothing(session: suspend () -> Unit) {
        repeat(50) { session() }
        val (threads, files) = entries("task") to entries("fd")
        repeat(SESSIONS) { session() }
        assertTrue(entries("task") <= threads + FEW, "threads: $threads, ${entries("task")}")
        assertTrue(entries("fd") <= files + FEW, "files: $files, ${entries("fd")}")
    }

    private fun entries(what: String): Int =
        checkNotNull(File("/proc/self/$what").list()).size

    private companion object {
        const val SESSIONS = 1000

        /**
         * The virtual machine, the coroutines and the HTTP client have pools of threads and connections
         * that grow on a busy machine, whatever the number of sessions. What one session in ten leaves
         * behind is more.
         */
        const val FEW = SESSIONS / 10 - 1
    }
}
