package pairing

import java.io.File
import java.io.FileNotFoundException
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** The program that a reader copies. */
class ExampleTest {
    @SampleGateways
    fun `a phone scans what it shows`(gateway: String) {
        val instance = Simulator.instance(gateway)
        example(instance).use {
            scan(it, instance)
            it.await("Linked: ${instance.phone}")
            assertEquals(0, it.end())
            assertLeavesNoPicture(it)
        }
    }

    @SampleGateways
    fun `somebody types what it shows`(gateway: String) {
        val instance = Simulator.instance(gateway)
        example(instance, phone = instance.phone).use {
            instance.type(it.await("Type this code into WhatsApp: "))
            it.await("Linked: ${instance.phone}")
            assertEquals(0, it.end())
        }
    }

    @SampleGateways
    fun `Enter brings new codes`(gateway: String) {
        val instance = Simulator.instance(gateway)
        example(instance, speed = 20).use {
            it.await(Example.UNUSED)
            it.enter("")
            scan(it, instance)
            // Without the number, when it is the next request for a code that finds the phone linked.
            it.await("Linked: ")
            assertEquals(0, it.end())
            assertLeavesNoPicture(it)
        }
    }

    @SampleGateways
    fun `giving up in the middle`(gateway: String) {
        val instance = Simulator.instance(gateway)
        example(instance).use {
            if (instance.sendsText) it.await("Scan it") else it.await("Open this picture")
            it.enter("q")
            it.await("Cancelled.")
            assertEquals(1, it.end())
            assertFalse(instance.isLinked)
            assertLeavesNoPicture(it)
        }
    }

    @Test
    fun `it speaks Portuguese`() {
        val instance = Simulator.instance("zapi")
        instance.link()
        example(instance, language = "pt").use {
            it.await("Já estava conectado: ")
            assertEquals(0, it.end())
        }
    }

    @Test
    fun `what cannot work is told`() {
        val instance = Simulator.instance("zapi")
        example(instance, phone = "12").use {
            assertTrue(it.await("This cannot work: ").isNotEmpty())
            assertEquals(2, it.end())
        }
        Example(instance, "en", emptyList(), speed = 1).use {
            it.await("Usage: link <")
            assertEquals(2, it.end())
        }
    }

    private fun example(
        instance: Instance,
        phone: String? = null,
        speed: Int = 5,
        language: String = "en",
    ) = Example(instance, language, listOfNotNull(instance.provider, phone), speed)

    /** With the phone's camera: the simulator reads the picture. */
    private fun scan(example: Example, instance: Instance) {
        if (instance.sendsText) {
            example.await("Scan it")
            return instance.scan(example.photograph())
        }
        while (true) {
            try {
                return instance.scan(File(example.await(PICTURE)).readBytes())
            } catch (_: FileNotFoundException) {
                // The code died before this slow machine looked: there will be another.
            }
        }
    }

    private fun assertLeavesNoPicture(example: Example) {
        for (line in example.said.filter { it.startsWith(PICTURE) }) {
            assertFalse(File(line.removePrefix(PICTURE)).exists(), line)
        }
    }

    private companion object {
        const val PICTURE = "Open this picture and scan it: "
    }
}
