//! What the program holds: any number of handles of each type, of which a call takes one or NULL.

use super::choice::Choice;

/// Handles of one type.
pub(super) struct Shelf<T> {
    held: Vec<*mut T>,
    free: unsafe extern "C" fn(*mut T),
}

impl<T> Shelf<T> {
    pub(super) fn new(free: unsafe extern "C" fn(*mut T)) -> Self {
        Self {
            held: Vec::new(),
            free,
        }
    }

    pub(super) fn put(&mut self, handle: *mut T) {
        assert!(!handle.is_null(), "OK, and nothing came of it");
        self.held.push(handle);
    }

    /// One of them, the newest more often; now and then NULL.
    pub(super) fn pick(&self, choice: &mut Choice<'_>) -> *mut T {
        let number = choice.below(16) as usize;
        match (number, self.held.len()) {
            (15, _) | (_, 0) => std::ptr::null_mut(),
            (0..8, count) => self.held[count - 1],
            (number, count) => self.held[number % count],
        }
    }

    /// Frees one of them, or NULL.
    pub(super) fn free_one(&mut self, choice: &mut Choice<'_>) {
        let handle = self.pick(choice);
        self.held.retain(|held| *held != handle);
        // SAFETY: NULL, or a handle of this type that was not freed.
        unsafe { (self.free)(handle) };
    }

    pub(super) fn held(&self) -> &[*mut T] {
        &self.held
    }

    pub(super) fn free_all(&mut self) {
        for handle in self.held.drain(..) {
            // SAFETY: a handle of this type that was not freed.
            unsafe { (self.free)(handle) };
        }
    }
}

/// Calls with an out-parameter, which is NULL now and then, and keeps what came out.
macro_rules! made {
    ($program:ident, $shelf:ident, |$out:ident| $call:expr) => {{
        let mut made = std::ptr::null_mut();
        let missing = $program.choice.below(16) == 15;
        let $out = if missing {
            std::ptr::null_mut()
        } else {
            &raw mut made
        };
        // SAFETY: every argument is NULL, or what the header asks for.
        let status = $crate::c_calls::judge::judged(unsafe { $call });
        assert!(
            !missing || status != $crate::c_calls::header::OK,
            "nowhere to put it"
        );
        if status == $crate::c_calls::header::OK {
            $program.$shelf.put(made);
        } else {
            assert!(made.is_null(), "a handle in spite of status {status}");
        }
        (status, made)
    }};
}

pub(super) use made;
