package pairing.jdk

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.http.HttpResponse.BodySubscriber
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.Flow

internal class BodyTooLarge : IOException()

/** Collects a body in memory and hangs up as soon as it is longer than [limit]. */
internal class LimitedBody(private val limit: Int) : BodySubscriber<ByteArray> {
    private val received = ByteArrayOutputStream()
    private val body = CompletableFuture<ByteArray>()
    private lateinit var subscription: Flow.Subscription

    override fun getBody(): CompletionStage<ByteArray> = body

    override fun onSubscribe(subscription: Flow.Subscription) {
        this.subscription = subscription
        subscription.request(Long.MAX_VALUE)
    }

    override fun onNext(parts: List<ByteBuffer>) {
        for (part in parts) {
            if (received.size() + part.remaining() > limit) {
                subscription.cancel()
                body.completeExceptionally(BodyTooLarge())
                return
            }
            val bytes = ByteArray(part.remaining())
            part.get(bytes)
            received.writeBytes(bytes)
        }
    }

    override fun onError(error: Throwable) {
        body.completeExceptionally(error)
    }

    override fun onComplete() {
        body.complete(received.toByteArray())
    }
}
