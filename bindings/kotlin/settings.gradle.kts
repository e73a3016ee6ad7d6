// Not run in this repository's CI, which compiles the same folders with kotlinc.
rootProject.name = "pairing-kotlin"

dependencyResolutionManagement {
    repositories {
        mavenCentral()
    }
}
