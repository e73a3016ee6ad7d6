/**
 * What it costs a Kotlin program to be handed a view with everything in it: nanoseconds each, so
 * many times as the argument says, after as many that are not counted: a JVM compiles what it has
 * run a while. The gateway is in the environment.
 */
package event

import kotlin.system.exitProcess
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import pairing.EventKind
import pairing.PairingMethod
import pairing.PairingSession
import pairing.Screen
import pairing.SessionOptions
import pairing.defaultPolicy
import pairing.openProvider

fun main(arguments: Array<String>) {
    val times = arguments[0].toInt()
    val settings = listOf("instance", "token", "base_url")
        .associateWith { checkNotNull(System.getenv("PAIRING_ZAPI_${it.uppercase()}")) }
    val provider = openProvider("zapi", settings)
    PairingSession(provider, SessionOptions(PairingMethod.Qr, defaultPolicy())).use { session ->
        while (runBlocking { session.nextEvent() }?.kind !is EventKind.CodeReady) {
            continue
        }
        handOver(session, times)
        val began = System.nanoTime()
        val seen = handOver(session, times)
        val each = (System.nanoTime() - began).toDouble() / times
        if (seen < times * 100L) {
            System.err.println("no code in the events")
            exitProcess(1)
        }
        println(each)
    }
}

/** How many characters of codes there were in them. */
private fun handOver(session: PairingSession, times: Int): Long {
    var seen = 0L
    repeat(times) {
        val view = session.view()
        val screen = view.screen
        if (view.seq > 0u && screen is Screen.Code) {
            seen += screen.code.use { it.exposeText() }.orEmpty().length
        }
    }
    return seen
}
