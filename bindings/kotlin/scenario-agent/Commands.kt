/** Does what a command says, by calling the library, and nothing else. */
package pairing.agent

import kotlinx.coroutines.withTimeoutOrNull
import pairing.EventKind
import pairing.PairingException
import pairing.PairingMethod
import pairing.PairingSession
import pairing.code
import pairing.errorCodeName
import pairing.reason
import pairing.retryable

/** A command that is none. */
internal class BadCommand(override val message: String) : Exception()

internal suspend fun Sessions.answer(command: String): String =
    try {
        execute(command)
    } catch (refused: PairingException) {
        "error ${errorCodeName(refused.code)} ${bit(refused.retryable)} ${refused.reason}"
    } catch (bad: BadCommand) {
        "error bad_command 0 ${bad.message}"
    }

private suspend fun Sessions.execute(command: String): String {
    val (word, id, rest) = (command.split(' ', limit = 3) + listOf("", "")).take(3)
    when (word) {
        "start" -> keep(id, open(rest))
        "next" -> return next(get(id), number(rest))
        "resume" -> get(id).session.resume()
        "switch_qr" -> get(id).session.switchMethod(PairingMethod.Qr)
        "switch_phone" -> get(id).session.switchMethod(PairingMethod.PhoneCode(rest))
        "notify" -> get(id).session.notify(rest.toByteArray())
        "cancel" -> get(id).session.cancel()
        "view" -> return shown(get(id).session.view())
        "shows" -> return get(id).described()
        "drop" -> forget(id)
        "repeat" -> repeat(number(id).toInt(), rest)
        else -> throw BadCommand("there is no such command")
    }
    return "ok"
}

private suspend fun next(held: Held, milliseconds: UInt): String {
    // Only the waiting may be given up: an event that was taken would be lost.
    val more = withTimeoutOrNull(milliseconds.toLong()) { held.session.waitForEvent() }
        ?: return "timeout"
    val event = if (more) held.session.takeEvent() else null
    held.last = event ?: held.last
    return event?.let(::shown) ?: "end"
}

private suspend fun Sessions.repeat(times: Int, rest: String) {
    val (until, leave, fields) = (rest.split(' ', limit = 3) + listOf("", "")).take(3)
    repeat(times) {
        open(fields).use { held ->
            if (until != "start") {
                read(held.session, until)
            }
            if (leave == "cancel") {
                held.session.cancel()
            }
        }
    }
}

private suspend fun read(session: PairingSession, until: String) {
    while (true) {
        val event = session.nextEvent() ?: break
        // As `next` does, but nobody reads it.
        shown(event)
        event.destroy()
        if (until == "code" && event.kind is EventKind.CodeReady) {
            return
        }
    }
    if (until != "end") {
        throw BadCommand("the session ended without a code")
    }
}

internal fun number(text: String): UInt =
    text.toUIntOrNull() ?: throw BadCommand("a number is expected")
