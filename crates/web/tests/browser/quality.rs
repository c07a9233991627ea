//! How video is sent: the senders' parameters, the probe's channel, and what the browser says.

use sightline_protocol::ProbeReport;
use sightline_web::{DegradationPreference, ProbeMessage, now};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::capture::{BOTH, capture};
use crate::peers::Two;
use crate::support::{Connections, Devices, Faults, until};

#[wasm_bindgen_test]
async fn of_many_wishes_the_last_one_counts() {
    let (connections, _devices, _faults) = (Connections::new(), Devices::new(), Faults::new());
    let two = Two::connected().await;
    let media = capture(BOTH).await.unwrap();
    let sender = &two.sender.connection;
    for _ in 0..5 {
        sender.publish(None);
        sender.prefer(DegradationPreference::MaintainResolution);
        sender.publish(Some(&media));
        sender.prefer(DegradationPreference::MaintainFramerate);
    }
    sender.prefer(DegradationPreference::MaintainResolution);
    let wanted = "video true maintain-resolution; audio true balanced";
    until("all is as wanted last", || connections.parameters(0) == wanted).await;
    sender.publish(None);
    let wanted = "nothing false maintain-resolution; nothing false balanced";
    until("nothing is sent", || connections.parameters(0) == wanted).await;
}

#[wasm_bindgen_test]
async fn a_member_that_answers_keeps_what_it_was_told_before() {
    let connections = Connections::new();
    let two = Two::members().await;
    two.receiver.connection.prefer(DegradationPreference::MaintainResolution);
    let wanted = |text: String| text.contains("maintain-resolution");
    until("it is set", || wanted(connections.parameters(1))).await;
    assert!(!wanted(connections.parameters(0)));
}

#[wasm_bindgen_test]
async fn what_is_sent_is_described() {
    let _devices = Devices::new();
    let two = Two::connected().await;
    assert_eq!(two.sender.sample().await.outbound, None);
    let media = capture(BOTH).await.unwrap();
    two.sender.connection.publish(Some(&media));
    let sent =
        |sample: sightline_web::Sample| sample.outbound.is_some_and(|it| it.frames_per_second > 0);
    let sample = two.sender.until_sample("frames are sent", sent).await;
    console_log!("{:?}", sample.outbound);
    assert_eq!(two.receiver.sample().await.outbound, None);
}

#[wasm_bindgen_test]
async fn chunks_and_reports_go_over_a_channel_of_their_own() {
    let mut two = Two::connected().await;
    two.trickle_until("both are open", |two| two.sender.probe_open && two.receiver.probe_open)
        .await;
    let begin = now();
    let chunk = ProbeMessage::Chunk { train: 3, bytes: 4_096 };
    for _ in 0..24 {
        two.sender.connection.send_probe(&chunk);
    }
    two.trickle_until("all have come", |two| two.receiver.probed.len() == 24).await;
    console_log!("96 KiB in {:?}", now() - begin);
    assert!(two.receiver.probed.iter().all(|message| *message == chunk));
    let report = ProbeMessage::Report(ProbeReport { train: 3, bytes: 98_304 });
    two.receiver.connection.send_probe(&report);
    two.trickle_until("it has come", |two| !two.sender.probed.is_empty()).await;
    assert_eq!(two.sender.probed, [report]);
    assert!(two.sender.messages.is_empty() && two.receiver.messages.is_empty());
}
