package pairing

import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation

/** A gateway of one's own, in Kotlin. Requests for codes are answered by [reply]. */
open class FakeProvider(
    private val reply: suspend () -> CodeReply,
) : PairingProvider {
    val requests = AtomicInteger()

    @Volatile
    var status = InstanceStatus(InstancePhase.NOT_LINKED)

    override fun describe(): ProviderDescription =
        ProviderDescription("fake", Capabilities(qrText = true, status = true, linkedPhone = true))

    override suspend fun requestCode(request: CodeRequest): CodeReply {
        requests.incrementAndGet()
        return reply()
    }

    override suspend fun status(): InstanceStatus = status

    override suspend fun abandon(): Unit =
        throw providerFailure(ErrorCode.UNSUPPORTED, "this gateway cannot end an attempt")

    override suspend fun unlink(): Unit =
        throw providerFailure(ErrorCode.UNSUPPORTED, "this gateway cannot unlink")

    override fun readWebhook(webhook: IncomingWebhook): WebhookHint =
        throw providerFailure(ErrorCode.UNSUPPORTED, "this gateway has no webhooks")
}

/** A request that is never answered; it tells when it began and when it was cancelled. */
class Hanging {
    val began = CompletableDeferred<Unit>()
    val cancelled = CompletableDeferred<Unit>()

    suspend fun hang(): Nothing {
        began.complete(Unit)
        try {
            awaitCancellation()
        } finally {
            cancelled.complete(Unit)
        }
    }
}

/** Options for a provider that asks for its status often. */
fun attentive(): SessionOptions = SessionOptions(
    PairingMethod.Qr,
    defaultPolicy().copy(statusInterval = java.time.Duration.ofMillis(20)),
)

fun codeReply(text: String = "2@fake,code"): CodeReply =
    CodeReply.Code(PairingCode.fromQrText(text), null)
