package pairing

/** Whether a number is linked. */
public val InstanceStatus.connected: Boolean
    get() = phase == InstancePhase.LINKED

/** A request for a first code, by a program that has shown none. */
public fun CodeRequest(method: PairingMethod): CodeRequest =
    CodeRequest(method, CodePurpose.START_ATTEMPT)
