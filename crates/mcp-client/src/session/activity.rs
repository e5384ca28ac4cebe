//! Whether something happens while a call runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When a sign of life came last; shared with whoever hears of it.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    last: Instant,
    /// Questions that somebody thinks about.
    questions: usize,
    /// Whether a question was refused, as nobody could be asked.
    refused: bool,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            last: Instant::now(),
            questions: 0,
            refused: false,
        })))
    }

    pub(super) fn begin(&self) {
        let mut state = self.lock();
        state.last = Instant::now();
        state.refused = false;
    }

    pub(super) fn sign_of_life(&self) {
        self.lock().last = Instant::now();
    }

    pub(super) fn question_asked(&self) {
        self.lock().questions += 1;
    }

    pub(super) fn question_answered(&self) {
        let mut state = self.lock();
        state.questions = state.questions.saturating_sub(1);
        state.last = Instant::now();
    }

    pub(super) fn question_refused(&self) {
        self.lock().refused = true;
    }

    pub(super) fn was_refused(&self) -> bool {
        self.lock().refused
    }

    /// Ends when nothing has happened for `limit`. A person may take any time.
    pub(super) async fn silence(&self, limit: Duration) {
        loop {
            let (last, questions) = {
                let state = self.lock();
                (state.last, state.questions)
            };
            let deadline = match questions {
                0 => last + limit,
                _ => Instant::now() + limit,
            };
            if questions == 0 && deadline <= Instant::now() {
                return;
            }
            sleep_until(deadline).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn silence_is_counted_from_the_last_sign_of_life() {
        let (activity, begin) = (Activity::new(), Instant::now());
        let other = activity.clone();
        let signs = async move {
            for _ in 0..3 {
                tokio::time::sleep(LIMIT / 2).await;
                other.sign_of_life();
            }
        };
        tokio::join!(activity.silence(LIMIT), signs);
        assert_eq!(begin.elapsed(), LIMIT * 5 / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_may_think() {
        let (activity, begin) = (Activity::new(), Instant::now());
        activity.question_asked();
        let other = activity.clone();
        let answer = async move {
            tokio::time::sleep(LIMIT * 10).await;
            other.question_answered();
        };
        tokio::join!(activity.silence(LIMIT), answer);
        assert_eq!(begin.elapsed(), LIMIT * 11);
    }
}
