// Not run in this repository's CI, which compiles and runs the program with kotlinc and java.
rootProject.name = "link"

dependencyResolutionManagement {
    repositories {
        mavenCentral()
    }
}

includeBuild("../../bindings/kotlin")
