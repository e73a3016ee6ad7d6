// The library for the JVM. Not run in this repository's CI, which compiles the same folders with
// kotlinc and tests them with JUnit (`cargo xtask test kotlin`). Android: android/build.gradle.kts.
plugins {
    kotlin("jvm") version "2.4.20"
    `java-library`
    `maven-publish`
}

group = "pairing"
version = "0.1.0"

kotlin {
    jvmToolchain(17)
    sourceSets {
        main {
            kotlin.setSrcDirs(
                listOf("src/generated/kotlin", "src/main/kotlin", "src/jdk/kotlin"),
            )
            // The shared library, in the folders that JNA looks in: linux-x86-64, linux-aarch64,
            // darwin-x86-64, darwin-aarch64, win32-x86-64.
            resources.setSrcDirs(listOf("native"))
        }
        // The tests need `pairing sim`, which `cargo xtask test kotlin` starts.
        test {
            kotlin.setSrcDirs(emptyList<String>())
        }
    }
}

dependencies {
    // The version that the tests run with; an app may bring a newer one.
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.8.0")
    implementation("net.java.dev.jna:jna:5.18.1")
}

publishing {
    publications {
        create<MavenPublication>("pairing") {
            from(components["java"])
        }
    }
}
