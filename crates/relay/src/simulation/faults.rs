//! Connections that break, links that are cut, and a relay that crashes.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_seat_is_kept_for_sixty_seconds() {
    let mut sim = simulation(3, &CancellationToken::new());
    sim.client("pages", async {
        let (sender, _) = Page::joined("sender", 1, 1).await;
        let (mut receiver, _) = Page::joined("receiver", 2, 1).await;
        let task = tokio::spawn(async move {
            let left = receiver.receive().await.unwrap();
            (receiver, left, Instant::now())
        });
        drop(sender);
        let (mut receiver, left, lost_at) = task.await.unwrap();
        assert_eq!(left, json!({"type": "peerLeft", "peer": id(1), "reason": "lost"}));
        let task = tokio::spawn(async move { receiver.receive().await.unwrap() });

        for second in [0, 30, 58, 59] {
            sleep_until(lost_at + second * SECOND).await;
            assert_eq!(Page::refused("sender", 3).await, "senderPresent", "{second} s");
        }
        sleep_until(lost_at + 60 * SECOND).await;
        let (_other, welcome) = Page::joined("sender", 3, 1).await;
        assert_eq!(welcome["peers"], json!([peer(2, "receiver", 1)]));
        assert_eq!(task.await.unwrap()["peer"], id(3));
        assert_eq!(Page::refused("sender", 1).await, "senderPresent", "its seat was given away");
        Ok(())
    });
    sim.run().unwrap();
}

#[test]
fn each_return_in_time_restarts_the_time_for_which_a_seat_is_kept() {
    let mut sim = simulation(5, &CancellationToken::new());
    sim.client("pages", async {
        for _ in 0..3 {
            let (sender, _) = Page::joined("sender", 1, 1).await;
            drop(sender);
            sleep(59 * SECOND).await;
            assert_eq!(Page::refused("sender", 3).await, "senderPresent");
        }
        sleep(SECOND + LATENCY).await;
        Page::joined("sender", 3, 1).await;
        Ok(())
    });
    sim.run().unwrap();
}

#[test]
fn a_silent_connection_is_noticed_within_25_seconds_and_its_seat_is_kept() {
    let mut sim = simulation(4, &CancellationToken::new());
    sim.host("laptop", || async {
        let (mut sender, _) = Page::joined("sender", 1, 7).await;
        while sender.receive().await.is_ok() {}
        // The page has noticed the cut, and retries until it reconnects.
        loop {
            match timeout(SECOND, Page::join("sender", 1, 7)).await {
                Ok(Ok((mut sender, welcome))) => {
                    assert_eq!(welcome["type"], "welcome", "never refused: {welcome}");
                    while sender.receive().await.is_ok() {}
                }
                _ => sleep(SECOND / 4).await,
            }
        }
    });
    sim.client("pages", async {
        let (mut receiver, welcome) = Page::joined("receiver", 2, 1).await;
        if welcome["peers"] == json!([]) {
            assert_eq!(receiver.receive().await.unwrap()["type"], "peerJoined");
        }
        // The sender has just sent a ping: the relay needs the longest time now.
        sleep(Duration::from_millis(HEARTBEAT.ping_after_ms.into()) + 4 * LATENCY).await;
        let cut = Instant::now();
        turmoil::partition("laptop", "relay");
        let left = receiver.receive().await.unwrap();
        assert_eq!(left, json!({"type": "peerLeft", "peer": id(1), "reason": "lost"}));
        // Not sooner either: otherwise the relay saw the connection close.
        let silence = cut.elapsed();
        assert!((24 * SECOND..25 * SECOND + LATENCY).contains(&silence), "{silence:?}");

        sleep(SECOND).await;
        assert_eq!(Page::refused("sender", 3).await, "senderPresent");
        turmoil::repair("laptop", "relay");
        let back = receiver.receive().await.unwrap();
        assert_eq!(back["type"], "peerJoined");
        assert_eq!((&back["peer"], &back["instance"]), (&json!(id(1)), &json!(7)));
        Ok(())
    });
    sim.run().unwrap();
}

#[test]
fn a_new_connection_takes_the_seat_while_the_old_one_hangs() {
    let mut sim = simulation(3, &CancellationToken::new());
    sim.host("wifi", || async {
        let (mut sender, _) = Page::joined("sender", 1, 7).await;
        while sender.receive().await.is_ok() {}
        std::future::pending().await
    });
    sim.client("mobile", async {
        sleep(SECOND).await;
        let (mut receiver, welcome) = Page::joined("receiver", 2, 1).await;
        assert_eq!(welcome["peers"], json!([peer(1, "sender", 7)]));
        turmoil::partition("wifi", "relay");
        sleep(2 * SECOND).await;
        let start = Instant::now();
        let (mut sender, welcome) = Page::joined("sender", 1, 7).await;
        assert!(start.elapsed() < SECOND, "at once: {:?}", start.elapsed());
        assert_eq!(welcome["peers"], json!([peer(2, "receiver", 1)]));
        let task = tokio::spawn(async move { while sender.receive().await.is_ok() {} });
        assert_eq!(receiver.receive().await.unwrap()["type"], "peerJoined");
        // The end of the old connection isn't announced, now or later.
        let more = timeout(60 * SECOND, receiver.receive()).await;
        assert!(more.is_err(), "{more:?}");
        task.abort();
        Ok(())
    });
    sim.run().unwrap();
}

/// Reconnects as pages do, and logs what it receives.
async fn run_page(role: &'static str, number: u8, page: u32, log: EventLog) -> turmoil::Result {
    loop {
        if let Ok(Ok((mut connection, reply))) =
            timeout(SECOND, Page::join(role, number, page)).await
        {
            let record = |message| log.borrow_mut().push((turmoil::elapsed(), message));
            record(reply);
            while let Ok(message) = connection.receive().await {
                record(message);
            }
        }
        sleep(SECOND / 4).await;
    }
}

#[test]
fn after_a_crash_peers_get_their_own_seats_back() {
    let mut sim = simulation(2, &CancellationToken::new());
    let logs = [EventLog::default(), EventLog::default()];
    for (log, (name, role, number)) in
        logs.iter().zip([("one", "sender", 1), ("two", "receiver", 2)])
    {
        let log = Rc::clone(log);
        sim.host(name, move || run_page(role, number, 40 + u32::from(number), Rc::clone(&log)));
    }
    sim.client("somebody-else", async {
        sleep(30 * SECOND).await;
        assert_eq!(Page::refused("sender", 3).await, "senderPresent");
        Ok(())
    });
    let (crash, back) = (5 * SECOND, 8 * SECOND);
    run_until(&mut sim, crash);
    sim.crash("relay");
    assert!(!sim.is_host_running("relay"));
    run_until(&mut sim, back);
    sim.bounce("relay");
    sim.run().unwrap();

    let [sender, receiver] = logs.map(|log| log.take());
    for (own, other) in [(sender, peer(2, "receiver", 42)), (receiver, peer(1, "sender", 41))] {
        let (before, after): (Vec<_>, Vec<_>) = own.into_iter().partition(|(at, _)| *at < crash);
        assert!(!before.is_empty(), "the first relay was there");
        let (at, first) = after.first().unwrap();
        assert_eq!(first["type"], "welcome", "{first}");
        assert!(*at >= back && *at < back + 15 * SECOND, "{at:?}");
        // The first one to join received `peerJoined` for the other one, which got the first one
        // in `welcome`. There were no further messages.
        let received: Vec<Value> = after.iter().map(|(_, message)| message.clone()).collect();
        let mut joined = other.clone();
        joined["type"] = json!("peerJoined");
        let first = received[0]["peers"] == json!([]) && received[1..] == [joined];
        let second = received[0]["peers"] == json!([other]) && received.len() == 1;
        assert!(first || second, "{received:?}");
    }
}
