//! A folder with Debian's Swift and the libraries it needs, from packages whose hashes apt checks.
//!
//! No script of a package runs, and what building and testing on a command line does not need is
//! left out: the debugger, the other linkers, the documentation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// The Debian that has Swift 6. Its packages want a newer C library than the one before has, so
/// they come with their own.
const RELEASE: &str = "trixie";
const WANTED: &[&str] = &["base-files", "swiftlang", "libc6-dev", "libstdc++-14-dev"];

/// Packages that apt adds to these and that neither building nor running needs.
const UNNEEDED: &[&str] = &[
    // GCC's own compilers: Swift links with clang and needs only GCC's libraries.
    "cpp",
    "cpp-14",
    "cpp-14-x86-64-linux-gnu",
    "cpp-x86-64-linux-gnu",
    "gcc",
    "gcc-14",
    "gcc-14-x86-64-linux-gnu",
    "gcc-x86-64-linux-gnu",
    "libcc1-0",
    "libgprofng0",
    "libisl23",
    "libmpc3",
    "libmpfr6",
    // Run-time libraries of what nobody uses here.
    "libasan8",
    "libhwasan0",
    "libitm1",
    "liblsan0",
    "libquadmath0",
    "libtsan2",
    "libubsan1",
    // The debugger's Python and line editor.
    "libdb5.3t64",
    "libedit2",
    "libncursesw6",
    "libpython3.13",
    "libpython3.13-minimal",
    "libpython3.13-stdlib",
    "libreadline8t64",
    "readline-common",
    // What only maintainer scripts and servers want.
    "debconf",
    "media-types",
    "netbase",
    "openssl-provider-legacy",
    "rpcsvc-proto",
    "tzdata",
];

/// Files of the other packages, as patterns for tar.
const UNNEEDED_FILES: &[&str] = &[
    "./usr/libexec/swift/bin/clangd",
    "./usr/libexec/swift/bin/docc",
    "./usr/libexec/swift/bin/ld.lld",
    "./usr/libexec/swift/bin/ld64.lld",
    "./usr/libexec/swift/bin/lld*",
    "./usr/libexec/swift/bin/repl_swift",
    "./usr/libexec/swift/bin/sourcekit-lsp",
    "./usr/libexec/swift/bin/swift-format",
    "./usr/libexec/swift/bin/wasm-ld",
    "./usr/libexec/swift/lib/libLTO.so*",
    "./usr/libexec/swift/lib/liblldb.so*",
    "./usr/libexec/swift/lib/libsourcekitdInProc.so*",
    "./usr/libexec/swift/lib/libswiftGenericMetadataBuilder.so",
    "./usr/libexec/swift/lib/swift/FrameworkABIBaseline/*",
    "./usr/libexec/swift/lib/swift/embedded/*",
    "./usr/libexec/swift/lib/swift/host/lib_InternalSwiftScan.so",
    "./usr/libexec/swift/lib/swift_static/*",
    "./usr/share/doc/*",
    "./usr/share/info/*",
    "./usr/share/lintian/*",
    "./usr/share/locale/*",
    "./usr/share/man/*",
];

/// Mount points and the folders that programs expect.
const FOLDERS: &[&str] = &[
    "dev",
    "etc",
    "proc",
    "tmp",
    "usr/bin",
    "usr/lib",
    "usr/lib64",
    "usr/sbin",
];
/// Debian keeps everything below /usr; these are links into it.
const LINKS: &[&str] = &["bin", "lib", "lib64", "sbin"];

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

const TOOLS: &[DebianTool] = &[
    DebianTool::program("apt-get", "apt"),
    DebianTool::program("dpkg-deb", "dpkg"),
    DebianTool::program("tar", "tar"),
    DebianTool::program("xz", "xz-utils"),
    DebianTool::program("unshare", "util-linux"),
    DebianTool::program("mount", "mount"),
    DebianTool::file(KEYRING, "debian-archive-keyring"),
];

pub(super) fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    tools::ensure_debian(workspace, TOOLS)?;
    let architecture = command::output(&mut command::program(
        workspace,
        "dpkg",
        &["--print-architecture"],
    ))?;
    if architecture.trim() != "amd64" {
        bail!("the list of packages for Swift was only ever tried on amd64");
    }
    let recipe = [WANTED, UNNEEDED, UNNEEDED_FILES, FOLDERS]
        .concat()
        .join("\n");
    tools::cached(workspace, "swift", recipe.as_bytes(), |folder| {
        let scratch = folder.join("apt");
        let apt = Apt::set_up(workspace, &scratch)?;
        let packages = apt.download()?;
        let root = folder.join("root");
        make_skeleton(workspace, &root)?;
        for package in &packages {
            unpack(workspace, package, &root)?;
        }
        fs::remove_dir_all(&scratch).context("cannot tidy up")
    })
    .map(|folder| folder.join("root"))
}

/// An apt of its own: its lists, its archive and its idea of what is installed (nothing).
struct Apt<'a> {
    workspace: &'a Workspace,
    folder: &'a Path,
}

impl<'a> Apt<'a> {
    fn set_up(workspace: &'a Workspace, folder: &'a Path) -> Result<Self> {
        for part in ["state/lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let mirror = mirror(workspace)?;
        let source = format!("deb [signed-by={KEYRING}] {mirror} {RELEASE} main\n");
        fs::write(folder.join("sources.list"), source)?;
        let apt = Self { workspace, folder };
        command::run(&mut apt.get(&["update"]))?;
        Ok(apt)
    }

    fn get(&self, arguments: &[&str]) -> Command {
        let inside = |part| self.folder.join(part).display().to_string();
        let mut apt = command::program(self.workspace, "apt-get", &["-qq"]);
        for option in [
            format!("Dir::Etc::sourcelist={}", inside("sources.list")),
            "Dir::Etc::sourceparts=/dev/null".to_owned(),
            "Dir::Etc::preferencesparts=/dev/null".to_owned(),
            format!("Dir::State={}", inside("state")),
            "Dir::State::status=/dev/null".to_owned(),
            format!("Dir::Cache={}", inside("cache")),
            // The user apt drops to may not enter the checkout.
            "APT::Sandbox::User=root".to_owned(),
            "APT::Update::Error-Mode=any".to_owned(),
            "Acquire::Languages=none".to_owned(),
            "Acquire::Retries=3".to_owned(),
        ] {
            apt.args(["-o", &option]);
        }
        apt.args(arguments);
        apt
    }

    /// The archives of the wanted packages and of what they need. apt compares each with the hash
    /// in its signed list.
    fn download(&self) -> Result<Vec<PathBuf>> {
        let archives = self.folder.join("cache/archives");
        let install = ["install", "--no-install-recommends", "--print-uris"];
        let plan = command::output(self.get(&install).args(WANTED))?;
        let names: Vec<&str> = package_names(&plan)
            .filter(|name| !UNNEEDED.contains(name))
            .collect();
        command::run(self.get(&["download"]).args(&names).current_dir(&archives))?;
        let mut found: Vec<PathBuf> = fs::read_dir(&archives)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        found.retain(|path| path.extension().is_some_and(|extension| extension == "deb"));
        found.sort();
        if found.len() != names.len() {
            bail!(
                "{} packages were asked for, {} came",
                names.len(),
                found.len()
            );
        }
        Ok(found)
    }
}

/// The mirror this machine uses for Debian itself.
fn mirror(workspace: &Workspace) -> Result<String> {
    let arguments = [
        "indextargets",
        "--format",
        "$(REPO_URI) $(SUITE)",
        "Created-By: Packages",
        "Origin: Debian",
    ];
    let targets = command::output(&mut command::program(workspace, "apt-get", &arguments))?;
    match first_mirror(&targets) {
        Some(mirror) => Ok(mirror.to_owned()),
        None => bail!("apt knows no mirror of Debian; run `apt-get update` first"),
    }
}

/// Security updates come from elsewhere, where the next release is not.
fn first_mirror(targets: &str) -> Option<&str> {
    targets
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(_, suite)| !suite.contains("security"))
        .map(|(mirror, _)| mirror)
}

/// From lines like `'http://mirror/pool/x/xz_1_amd64.deb' xz_1_amd64.deb 123 MD5Sum:…`.
fn package_names(plan: &str) -> impl Iterator<Item = &str> {
    plan.lines().filter_map(|line| {
        let (_, file) = line.strip_prefix('\'')?.split_once("' ")?;
        file.split_once('_').map(|(name, _)| name)
    })
}

fn make_skeleton(workspace: &Workspace, root: &Path) -> Result<()> {
    for folder in FOLDERS {
        fs::create_dir_all(root.join(folder))?;
    }
    for link in LINKS {
        let mut symlink = command::program(workspace, "ln", &["-s"]);
        symlink.arg(format!("usr/{link}")).arg(root.join(link));
        command::run(&mut symlink)?;
    }
    let mut everybodys = command::program(workspace, "chmod", &["1777"]);
    command::run(everybodys.arg(root.join("tmp")))?;
    // Foundation asks for the home of the user it runs as.
    fs::write(root.join("etc/passwd"), "root:x:0:0:root:/tmp:/bin/sh\n")?;
    fs::write(root.join("etc/group"), "root:x:0:\n")?;
    Ok(())
}

fn unpack(workspace: &Workspace, package: &Path, root: &Path) -> Result<()> {
    let mut archive = command::program(workspace, "dpkg-deb", &["--fsys-tarfile"])
        .arg(package)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start `dpkg-deb`")?;
    let files = archive.stdout.take().context("its output is a pipe")?;
    let mut tar = command::program(workspace, "tar", &["--extract", "--keep-directory-symlink"]);
    tar.arg("--wildcards").arg("--directory").arg(root);
    for pattern in UNNEEDED_FILES {
        tar.arg(format!("--exclude={pattern}"));
    }
    let unpacked = tar.stdin(files).status().context("cannot start `tar`")?;
    if !archive.wait()?.success() || !unpacked.success() {
        bail!("cannot unpack {}", package.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_not_the_one_for_security_updates() {
        let targets =
            "http://a/security/ oldstable-security\nhttp://b/debian/ oldstable\nhttp://c/ x\n";
        assert_eq!(first_mirror(targets), Some("http://b/debian/"));
        assert_eq!(first_mirror("http://a/ stable-security\n"), None);
        assert_eq!(first_mirror(""), None);
    }

    #[test]
    fn packages_are_named_as_apt_names_them() {
        let plan = "'http://m/pool/l/libc6-dev_2.41-12_amd64.deb' libc6-dev_2.41-12_amd64.deb 1 SHA256:0\n\
                    a remark\n\
                    'http://m/pool/z/zlib1g_1%3a1.3_amd64.deb' zlib1g_1%3a1.3_amd64.deb 2 SHA256:1\n";
        assert_eq!(
            package_names(plan).collect::<Vec<_>>(),
            ["libc6-dev", "zlib1g"]
        );
    }
}
