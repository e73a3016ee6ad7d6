// Not run in this repository's CI, which compiles and runs the program with kotlinc and java.
plugins {
    kotlin("jvm") version "2.4.20"
    application
}

kotlin {
    jvmToolchain(17)
}

dependencies {
    implementation("pairing:pairing-kotlin")
}

application {
    mainClass = "example.MainKt"
}

tasks.named<JavaExec>("run") {
    standardInput = System.`in`
}
