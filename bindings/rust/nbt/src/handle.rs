//! The handle of the library, its closures, and the way in and out of every call.
//!
//! A panic must not unwind through the library. It is caught in the callback, stops the run, and goes on in the caller
//! when the call has returned.
use std::any::Any;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::ptr::{addr_of_mut, null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use nbt_sys::{nbt_simulation, nbt_status, NBT_OK};

use crate::text::copied;
use crate::{CallbackResult, Error, Result, Status};

/// A closure can get at its simulation through a thread-local variable only.
const IN_USE: &str = "the simulation is in use by the call that this closure belongs to: wait until it has returned";

type Payload = Box<dyn Any + Send>;
pub(crate) type Progress = Box<dyn FnMut(f64) + Send>;
pub(crate) type Log = Box<dyn FnMut(LogLevel, &str) + Send>;

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What is done.
    Info,
    /// What may not be meant so.
    Warning,
}

/// Lives as long as its simulation, and while one of its cancel handles is at work. The library has its address.
pub(crate) struct Handle {
    raw: *mut nbt_simulation,
    pub(crate) progress: Mutex<Option<Progress>>,
    pub(crate) log: Mutex<Option<Log>>,
    panic: Mutex<Option<Payload>>,
    busy: AtomicBool,
}

// SAFETY: nbt.h lets a handle move between threads. What several threads may share is `cancel` alone; `call` is for the
// simulation, which is not Sync.
unsafe impl Send for Handle {}
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the last owner; a run would borrow the simulation, which is an owner.
        unsafe { nbt_sys::nbt_destroy(self.raw) }
    }
}

impl Handle {
    /// Takes what `make` creates; `errors` has the message when it fails.
    pub(crate) fn new(
        errors: Option<&Handle>,
        make: impl FnOnce(*mut *mut nbt_simulation) -> nbt_status,
    ) -> Result<Arc<Handle>> {
        let mut raw = null_mut();
        check(make(&mut raw), errors.map_or(null(), |handle| handle.raw))?;
        let (progress, log, panic, busy) = Default::default();
        let handle = Arc::new(Handle { raw, progress, log, panic, busy });
        let user = Arc::as_ptr(&handle) as *mut c_void;
        // SAFETY: the callbacks are called during calls on this handle alone, which it outlives.
        handle.call(|raw| unsafe { nbt_sys::nbt_set_progress_callback(raw, Some(on_progress), user) })?;
        handle.call(|raw| unsafe { nbt_sys::nbt_set_log_callback(raw, Some(on_log), user) })?;
        Ok(handle)
    }

    pub(crate) fn copy(&self) -> Result<Arc<Handle>> {
        // SAFETY: a handle that lives, and a place for the copy, whose callbacks are replaced before any call.
        Handle::new(Some(self), |copy| unsafe { nbt_sys::nbt_clone(self.raw, copy) })
    }

    /// One call of the library, with the message of its failure.
    pub(crate) fn call(&self, call: impl FnOnce(*mut nbt_simulation) -> nbt_status) -> Result<()> {
        if self.busy.swap(true, Ordering::Relaxed) {
            return Err(Error::new(Status::InvalidArgument, IN_USE.to_string()));
        }
        let status = call(self.raw);
        self.busy.store(false, Ordering::Relaxed);
        let panic = lock(&self.panic).take();
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
        check(status, self.raw)
    }

    /// A call that gives a text, which lives until the next one.
    pub(crate) fn text(
        &self,
        call: impl FnOnce(*mut nbt_simulation, *mut *const c_char) -> nbt_status,
    ) -> Result<String> {
        let mut text = null();
        self.call(|raw| call(raw, &mut text))?;
        Ok(copied(text))
    }

    /// A run that calls `action` through a callback, which gets the pointer as `user`.
    pub(crate) fn call_with<F>(
        &self,
        action: F,
        call: impl FnOnce(*mut nbt_simulation, *mut c_void) -> nbt_status,
    ) -> Result<()> {
        let mut callback = Callback { action, failure: None };
        let user: *mut c_void = addr_of_mut!(callback).cast();
        let result = self.call(|raw| call(raw, user));
        match callback.failure {
            Some(Failure::Panic(payload)) => resume_unwind(payload),
            Some(Failure::Error(error)) => Err(Error::stopped_by(error)),
            None => result,
        }
    }

    pub(crate) fn cancel(&self) {
        // SAFETY: any thread may, before nbt_destroy. It cannot fail.
        unsafe { nbt_sys::nbt_cancel(self.raw) };
    }

    /// For closures that return nothing: a panic is kept for the end of the call.
    fn guard(&self, action: impl FnOnce()) {
        if lock(&self.panic).is_none() {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(action)) {
                *lock(&self.panic) = Some(payload);
            }
        }
    }
}

/// Stops the run of a simulation, from any thread; when none is going on, the next run at its start. A run that
/// ends forgets it. A simulation that is gone is no error.
#[derive(Clone)]
pub struct CancelHandle(pub(crate) Weak<Handle>);

impl CancelHandle {
    /// The run returns an error with [`crate::Status::Cancelled`].
    pub fn cancel(&self) {
        if let Some(handle) = self.0.upgrade() {
            handle.cancel();
        }
    }
}

/// What a closure left behind that stopped its run.
enum Failure {
    Error(Box<dyn std::error::Error + Send + Sync>),
    Panic(Payload),
}

/// A closure behind a `user` pointer.
pub(crate) struct Callback<F> {
    action: F,
    failure: Option<Failure>,
}

impl<F> Callback<F> {
    /// What the callback returns to the library: other than 0 stops the run.
    ///
    /// # Safety
    /// `user` is the pointer of a `Handle::call_with` whose action is an `F`.
    pub(crate) unsafe fn guarded(user: *mut c_void, call: impl FnOnce(&mut F) -> CallbackResult) -> i32 {
        let callback = &mut *user.cast::<Callback<F>>();
        let action = &mut callback.action;
        callback.failure = match catch_unwind(AssertUnwindSafe(|| call(action))) {
            Ok(Ok(())) => return 0,
            Ok(Err(error)) => Some(Failure::Error(error)),
            Err(payload) => Some(Failure::Panic(payload)),
        };
        1
    }
}

fn check(status: nbt_status, handle: *const nbt_simulation) -> Result<()> {
    if status == NBT_OK as nbt_status {
        return Ok(());
    }
    // SAFETY: null, or a handle that lives; the text is copied before the next call.
    Err(Error::of(status, &copied(unsafe { nbt_sys::nbt_last_error(handle) })))
}

/// Panics are caught above, so a poisoned mutex says nothing about what it holds.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "C" fn on_progress(fraction_done: f64, user: *mut c_void) {
    let handle = &*(user as *const Handle);
    handle.guard(|| {
        if let Some(progress) = lock(&handle.progress).as_mut() {
            progress(fraction_done);
        }
    });
    // Only here it is certain that a run is going on: elsewhere a cancel could come late and stop the next one.
    if lock(&handle.panic).is_some() {
        handle.cancel();
    }
}

unsafe extern "C" fn on_log(level: i32, message: *const c_char, user: *mut c_void) {
    let handle = &*(user as *const Handle);
    let level = if level == nbt_sys::NBT_LOG_WARNING as i32 { LogLevel::Warning } else { LogLevel::Info };
    handle.guard(|| {
        if let Some(log) = lock(&handle.log).as_mut() {
            log(level, &copied(message));
        }
    });
}
