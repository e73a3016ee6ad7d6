// `import Pairing` is all an app needs: the generated module is an implementation detail, and
// typealiases for each of its names would be one more list to keep.
@_exported import PairingGenerated
