//! What fits into an outbox, who waits, and for how long.

use super::*;

const LIMITS: OutboxLimits = OutboxLimits { messages: 3, bytes: 10 };

#[test]
fn keeps_order_and_counts_what_is_taken() {
    let outbox = Outbox::default();
    for _ in 0..20 {
        outbox.push("one".into(), LIMITS);
        outbox.push("two".into(), LIMITS);
        assert_eq!(outbox.next(), Next::Write("one".into()));
        assert_eq!(outbox.next(), Next::Write("two".into()));
        assert_eq!(outbox.next(), Next::Nothing);
    }
    assert_eq!(outbox.lock().queue.capacity(), 0, "an empty queue has no memory");
}

#[test]
fn overflow_ends_the_connection() {
    for messages in [vec!["a", "b", "c", "d"], vec!["12345", "123456"], vec!["12345678901"]] {
        let outbox = Outbox::default();
        for message in &messages {
            outbox.push((*message).into(), LIMITS);
        }
        assert_eq!(outbox.next(), Next::End(ErrorCode::TooSlow), "{messages:?}");
        outbox.push("late".into(), LIMITS);
        outbox.end(ErrorCode::Replaced);
        assert_eq!(outbox.next(), Next::End(ErrorCode::TooSlow), "the first reason stays");
    }
}

const LONG: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn envelopes_fill_half_and_wait_for_room() {
    let limits = OutboxLimits { messages: 8, bytes: 100 };
    let outbox = Arc::new(Outbox::default());
    assert!(outbox.offer("x".repeat(90).into(), limits, LONG).is_ok(), "the largest");
    assert!(outbox.offer("a".into(), limits, LONG).is_err(), "over half of the bytes");
    outbox.next();
    for _ in 0..4 {
        assert!(outbox.offer("a".into(), limits, LONG).is_ok());
    }
    let Err(busy) = outbox.offer("b".into(), limits, LONG) else { panic!("over half") };
    outbox.push("the relay's own".into(), limits);
    let waiting = tokio::spawn(busy.over());
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    outbox.next();
    outbox.next();
    outbox.written();
    waiting.await.unwrap();
    assert!(outbox.offer("b".into(), limits, LONG).is_ok());
    assert_eq!(outbox.lock().end, None);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_one_that_does_not_read_or_is_gone() {
    let second = Duration::from_secs(1);
    for gone in [false, true] {
        let outbox = Arc::new(Outbox::default());
        outbox.push("a".into(), LIMITS);
        let Err(busy) = outbox.offer("b".into(), LIMITS, second) else { panic!("busy") };
        let waiting = tokio::spawn(busy.over());
        tokio::time::sleep(LONG).await;
        assert!(!waiting.is_finished(), "it may be that it has not been written to yet");
        if gone {
            outbox.end(ErrorCode::Idle);
            waiting.await.unwrap();
            continue;
        }
        outbox.stuck(Some(Instant::now()));
        tokio::time::sleep(second / 2).await;
        outbox.stuck(Some(Instant::now()));
        tokio::time::sleep(second * 3 / 4).await;
        assert!(!waiting.is_finished(), "it took something meanwhile");
        waiting.await.unwrap();
        for _ in 0..3 {
            assert!(outbox.offer("b".into(), LIMITS, second).is_ok());
        }
        assert_eq!(outbox.next(), Next::End(ErrorCode::TooSlow));
    }
}

#[tokio::test]
async fn a_push_before_the_wait_is_not_missed() {
    let outbox = Outbox::default();
    outbox.push("a".into(), LIMITS);
    outbox.woken().await;
}
