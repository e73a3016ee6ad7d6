// The library for Android, an AAR. Not run in this repository's CI, which has no Android SDK.
// ./build-native.sh makes src/main/jniLibs first.
plugins {
    id("com.android.library") version "8.12.0"
    kotlin("android") version "2.4.20"
}

android {
    namespace = "pairing"
    compileSdk = 36

    defaultConfig {
        minSdk = 24
        consumerProguardFiles("consumer-rules.pro")
    }

    compileOptions {
        // Durations and instants are java.time's, which Android has from API 26 on.
        isCoreLibraryDesugaringEnabled = true
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    sourceSets["main"].java.srcDirs("../src/generated/kotlin", "../src/main/kotlin")

    lint {
        // The generated code asks for java.lang.ref.Cleaner by name and does without it.
        disable += "NewApi"
    }
}

kotlin {
    jvmToolchain(17)
}

dependencies {
    // The version that the tests run with; an app may bring a newer one.
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.8.0")
    // 5.17 is the first whose own library loads on devices with 16 KB pages.
    implementation("net.java.dev.jna:jna:5.18.1@aar")
    coreLibraryDesugaring("com.android.tools:desugar_jdk_libs:2.1.5")
}
