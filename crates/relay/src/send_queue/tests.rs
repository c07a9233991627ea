//! What fits into a send queue, who waits for space, and for how long.

use super::*;

const LIMITS: QueueLimits = QueueLimits { messages: 3, bytes: 10 };

#[test]
fn keeps_order_and_counts_bytes() {
    let queue = SendQueue::default();
    for _ in 0..20 {
        queue.push("one".into(), LIMITS);
        queue.push("two".into(), LIMITS);
        assert_eq!(queue.pop(), Next::Send("one".into()));
        assert_eq!(queue.pop(), Next::Send("two".into()));
        assert_eq!(queue.pop(), Next::Empty);
    }
    assert_eq!(queue.lock().queue.capacity(), 0, "an empty queue has no memory");
}

#[test]
fn overflow_closes_the_connection() {
    for messages in [vec!["a", "b", "c", "d"], vec!["12345", "123456"], vec!["12345678901"]] {
        let queue = SendQueue::default();
        for message in &messages {
            queue.push((*message).into(), LIMITS);
        }
        assert_eq!(queue.pop(), Next::Close(ErrorCode::TooSlow), "{messages:?}");
        queue.push("late".into(), LIMITS);
        queue.request_close(ErrorCode::Replaced);
        assert_eq!(queue.pop(), Next::Close(ErrorCode::TooSlow), "the first code counts");
    }
}

const LONG: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn envelopes_fill_half_and_wait_for_space() {
    let limits = QueueLimits { messages: 8, bytes: 100 };
    let queue = Arc::new(SendQueue::default());
    assert!(queue.try_push("x".repeat(90).into(), limits, LONG).is_ok(), "the largest");
    assert!(queue.try_push("a".into(), limits, LONG).is_err(), "over half of the bytes");
    queue.pop();
    for _ in 0..4 {
        assert!(queue.try_push("a".into(), limits, LONG).is_ok());
    }
    let Err(full) = queue.try_push("b".into(), limits, LONG) else { panic!("over half") };
    queue.push("the relay's own".into(), limits);
    let waiting = tokio::spawn(full.wait_for_space());
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    queue.pop();
    queue.pop();
    queue.batch_written();
    waiting.await.unwrap();
    assert!(queue.try_push("b".into(), limits, LONG).is_ok());
    assert_eq!(queue.lock().close_code, None);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_a_stalled_or_closed_connection() {
    let second = Duration::from_secs(1);
    for closed in [false, true] {
        let queue = Arc::new(SendQueue::default());
        queue.push("a".into(), LIMITS);
        let Err(full) = queue.try_push("b".into(), LIMITS, second) else { panic!("full") };
        let waiting = tokio::spawn(full.wait_for_space());
        tokio::time::sleep(LONG).await;
        assert!(!waiting.is_finished(), "nothing may have been written to it yet");
        if closed {
            queue.request_close(ErrorCode::Idle);
            waiting.await.unwrap();
            continue;
        }
        queue.set_stalled_since(Some(Instant::now()));
        tokio::time::sleep(second / 2).await;
        queue.set_stalled_since(Some(Instant::now()));
        tokio::time::sleep(second * 3 / 4).await;
        assert!(!waiting.is_finished(), "it has read something meanwhile");
        waiting.await.unwrap();
        for _ in 0..3 {
            assert!(queue.try_push("b".into(), LIMITS, second).is_ok());
        }
        assert_eq!(queue.pop(), Next::Close(ErrorCode::TooSlow));
    }
}

#[tokio::test]
async fn a_push_before_the_wait_is_not_missed() {
    let queue = SendQueue::default();
    queue.push("a".into(), LIMITS);
    queue.notified().await;
}
