//! Connections that break, links that fall silent, and a relay that is killed.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_seat_is_kept_for_sixty_seconds() {
    let mut sim = simulation(3, &CancellationToken::new());
    sim.client("pages", async {
        let (sender, _) = Page::joined("sender", 1, 1).await;
        let (mut receiver, _) = Page::joined("receiver", 2, 1).await;
        let alive = tokio::spawn(async move {
            let left = receiver.receive().await.unwrap();
            (receiver, left, Instant::now())
        });
        drop(sender);
        let (mut receiver, left, lost) = alive.await.unwrap();
        assert_eq!(left, json!({"type": "peerLeft", "peer": id(1), "reason": "lost"}));
        let alive = tokio::spawn(async move { receiver.receive().await.unwrap() });

        for second in [0, 30, 58, 59] {
            sleep_until(lost + second * SECOND).await;
            assert_eq!(Page::refused("sender", 3).await, "senderPresent", "{second} s");
        }
        sleep_until(lost + 60 * SECOND).await;
        let (_other, welcome) = Page::joined("sender", 3, 1).await;
        assert_eq!(welcome["peers"], json!([peer(2, "receiver", 1)]));
        assert_eq!(alive.await.unwrap()["peer"], id(3));
        assert_eq!(Page::refused("sender", 1).await, "senderPresent", "it came too late");
        Ok(())
    });
    sim.run().unwrap();
}

#[test]
fn the_owner_is_back_within_the_time_and_the_time_begins_anew() {
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
        // It has noticed by itself, and comes back as soon as it gets through.
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
        // The sender has just asked for a sign of life: the longest wait that there is.
        sleep(Duration::from_millis(HEARTBEAT.ping_after_ms.into()) + 4 * LATENCY).await;
        let cut = Instant::now();
        turmoil::partition("laptop", "relay");
        let left = receiver.receive().await.unwrap();
        assert_eq!(left, json!({"type": "peerLeft", "peer": id(1), "reason": "lost"}));
        // Not sooner either: or it was told that the connection ended.
        let silence = cut.elapsed();
        assert!((24 * SECOND..25 * SECOND + LATENCY).contains(&silence), "{silence:?}");

        sleep(SECOND).await;
        assert_eq!(Page::refused("sender", 3).await, "senderPresent");
        turmoil::repair("laptop", "relay");
        let back = receiver.receive().await.unwrap();
        assert_eq!(back["type"], "peerJoined");
        assert_eq!((&back["peer"], &back["page"]), (&json!(id(1)), &json!(7)));
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
        let alive = tokio::spawn(async move { while sender.receive().await.is_ok() {} });
        assert_eq!(receiver.receive().await.unwrap()["type"], "peerJoined");
        // Nor does the old connection's end say anything to anybody, now or later.
        let more = timeout(60 * SECOND, receiver.receive()).await;
        assert!(more.is_err(), "{more:?}");
        alive.abort();
        Ok(())
    });
    sim.run().unwrap();
}

/// Joins again and again, as pages do, and writes down what it is told.
async fn lives(role: &'static str, number: u8, page: u32, diary: Diary) -> turmoil::Result {
    loop {
        if let Ok(Ok((mut connection, answer))) =
            timeout(SECOND, Page::join(role, number, page)).await
        {
            let note = |message| diary.borrow_mut().push((turmoil::elapsed(), message));
            note(answer);
            while let Ok(message) = connection.receive().await {
                note(message);
            }
        }
        sleep(SECOND / 4).await;
    }
}

#[test]
fn after_a_crash_peers_take_their_own_seats() {
    let mut sim = simulation(2, &CancellationToken::new());
    let diaries = [Diary::default(), Diary::default()];
    for (diary, (name, role, number)) in
        diaries.iter().zip([("one", "sender", 1), ("two", "receiver", 2)])
    {
        let diary = Rc::clone(diary);
        sim.host(name, move || lives(role, number, 40 + u32::from(number), Rc::clone(&diary)));
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

    let [sender, receiver] = diaries.map(|diary| diary.take());
    for (own, other) in [(sender, peer(2, "receiver", 42)), (receiver, peer(1, "sender", 41))] {
        let (before, after): (Vec<_>, Vec<_>) = own.into_iter().partition(|(at, _)| *at < crash);
        assert!(!before.is_empty(), "the first relay was there");
        let (at, first) = after.first().unwrap();
        assert_eq!(first["type"], "welcome", "{first}");
        assert!(*at >= back && *at < back + 15 * SECOND, "{at:?}");
        // Whoever came first was told of the other one, the other one was welcomed with it;
        // and that is all.
        let heard: Vec<Value> = after.iter().map(|(_, message)| message.clone()).collect();
        let mut joined = other.clone();
        joined["type"] = json!("peerJoined");
        let first = heard[0]["peers"] == json!([]) && heard[1..] == [joined];
        let second = heard[0]["peers"] == json!([other]) && heard.len() == 1;
        assert!(first || second, "{heard:?}");
    }
}
