//! How video is sent, and how often it is looked how it comes, as a whole session has it.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod rig;

use std::time::Duration;

use rig::{In, Rig, Way, sending};
use sightline_protocol::{AttemptId, ProbeReport, Role, Signal, TrackState};
use sightline_session::ConnectionState::{Connected, Disconnected};
use sightline_session::{
    Command, ConnectionEvent, ConnectionId, Degradation, Description, DescriptionKind, Event,
    Outbound, ProbeMessage, Sample, SendSettings, Session,
};

const ON: TrackState = TrackState::On;
const OFF: TrackState = TrackState::Off;
const CONNECTION: ConnectionId = ConnectionId(0);

/// What follows when something happens to the connection; the texts of a rig leave these commands out.
fn commands(session: &mut Session, at: u64, event: Event) -> Vec<Command> {
    session.handle(Duration::from_millis(at), event);
    std::iter::from_fn(|| session.poll()).collect()
}

fn connection(session: &mut Session, at: u64, event: ConnectionEvent) -> Vec<Command> {
    commands(session, at, Event::Connection(CONNECTION, event))
}

/// The last wish for samples among commands, in milliseconds.
fn often(commands: &[Command]) -> Option<Option<u128>> {
    commands.iter().rev().find_map(|command| match command {
        Command::SampleEvery(CONNECTION, often) => Some(often.map(|often| often.as_millis())),
        _ => None,
    })
}

#[test]
fn another_track_of_a_device_that_is_on_is_published() {
    let mut rig = sending();
    let mut publishes = |revision| {
        let media = Event::Media { video: ON, audio: ON, revision };
        let commands = commands(&mut rig.session, 100, media);
        commands.iter().filter(|command| **command == Command::Publish(CONNECTION)).count()
    };
    assert_eq!(publishes(0), 0, "nothing has changed");
    assert_eq!(publishes(1), 1);
    assert_eq!(publishes(1), 0);
}

/// A receiver that is connected to a sender that has not said what it sends.
fn receiving() -> Rig {
    let mut rig = Rig::new(Role::Receiver);
    rig.play(&[
        (0, In::Start),
        (0, In::Opened),
        (10, In::Welcome(&[1])),
        (30, In::Offer(1, 9, 1)),
        (40, In::RemoteSet(0)),
        (50, In::LocalAnswer(0)),
    ]);
    rig
}

fn sample(frames: u64) -> ConnectionEvent {
    ConnectionEvent::Sample(Sample { frames, packets: frames, level: 0 })
}

#[test]
fn statistics_are_taken_often_only_while_the_first_frame_is_about_to_come() {
    let mut rig = receiving();
    let session = &mut rig.session;
    assert_eq!(
        often(&connection(session, 60, ConnectionEvent::GatheringDone)),
        None,
        "not connected"
    );
    let connected = connection(session, 100, ConnectionEvent::ConnectionState(Connected));
    assert_eq!(often(&connected), Some(Some(2_000)), "nothing is said to come");
    assert_eq!(often(&connection(session, 60_000, sample(0))), None);
    let event = rig.said(1, Way::Relay, Signal::Media { video: ON, audio: ON });
    assert_eq!(often(&commands(&mut rig.session, 60_010, event)), Some(Some(100)));
    assert_eq!(often(&connection(&mut rig.session, 60_100, sample(1))), Some(Some(500)));
}

/// The interval after the other side has said this at 60 s, by a sample of so many frames later.
fn interval_after(says: (TrackState, TrackState), later: u64, frames: u64) -> Option<u128> {
    let mut rig = receiving();
    connection(&mut rig.session, 100, ConnectionEvent::ConnectionState(Connected));
    connection(&mut rig.session, 59_000, sample(0));
    let event = rig.said(1, Way::Relay, Signal::Media { video: says.0, audio: says.1 });
    let mut last = often(&commands(&mut rig.session, 60_000, event)).unwrap_or(Some(2_000));
    for at in [60_000 + later, 60_001 + later] {
        last = often(&connection(&mut rig.session, at, sample(frames))).unwrap_or(last);
    }
    last
}

#[test]
fn what_is_said_decides_how_often() {
    for (says, later, frames, expected) in [
        ((ON, ON), 50, 0, 100),
        ((ON, ON), 9_900, 0, 100),
        // It is looked for so often no longer: a camera that is on may give nothing.
        ((ON, ON), 10_100, 0, 500),
        ((ON, ON), 300, 1, 500),
        ((OFF, ON), 50, 0, 500),
        ((OFF, OFF), 50, 0, 2_000),
        ((TrackState::Lost, TrackState::Paused), 50, 0, 2_000),
    ] {
        assert_eq!(interval_after(says, later, frames), Some(expected), "{says:?} {later}");
    }
}

#[test]
fn a_sender_is_asked_while_it_sends() {
    let mut rig = Rig::new(Role::Sender);
    rig.play(&[(0, In::Start), (0, In::Opened), (10, In::Welcome(&[1])), (20, In::Camera)]);
    let session = &mut rig.session;
    let connected = connection(session, 70, ConnectionEvent::ConnectionState(Connected));
    assert_eq!(often(&connected), None, "nothing is sent");
    assert_eq!(often(&commands(session, 80, Event::GoLive)), Some(Some(1_000)));
    let paused = Event::Media { video: OFF, audio: ON, revision: 0 };
    assert_eq!(often(&commands(session, 90, paused)), Some(None));
}

const ANSWER: &str = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n";

/// What the answer says that the browser is given, if it is.
fn start_bitrate(commands: &[Command]) -> Option<u32> {
    commands.iter().find_map(|command| match command {
        Command::SetRemoteDescription(
            CONNECTION,
            Description { kind: DescriptionKind::Answer, sdp },
        ) => sdp.trim().rsplit('=').next()?.parse().ok(),
        _ => None,
    })
}

#[test]
fn the_path_is_measured_while_a_viewer_waits() {
    let mut rig = Rig::new(Role::Sender);
    rig.play(&[
        (0, In::Start),
        (0, In::Opened),
        (10, In::Welcome(&[1])),
        (20, In::Camera),
        (30, In::Needed(0)),
        (40, In::LocalOffer(0)),
    ]);
    let (attempt, sdp) = (AttemptId(rig.attempt), ANSWER.to_owned());
    let answer = Signal::CreateAnswer { attempt, round: 1, sdp };
    let event = rig.said(1, Way::Relay, answer);
    let session = &mut rig.session;
    assert_eq!(start_bitrate(&commands(session, 50, event)), Some(800), "not measured yet");
    connection(session, 60, ConnectionEvent::RemoteDescription(Ok(())));
    connection(session, 70, ConnectionEvent::ConnectionState(Connected));
    let mut train = connection(session, 80, ConnectionEvent::ProbeOpened);
    let (mut at, mut sent, mut came) = (80, 0_u32, (0, 0_u32));
    let mut all = Vec::new();
    while !train.is_empty() {
        let mut next = Vec::new();
        for command in train {
            if let Command::SendProbe(CONNECTION, ProbeMessage::Chunk { train, bytes }) = command {
                at += 2;
                sent += u32::from(bytes);
                came = (train, if train == came.0 { came.1 } else { 0 } + u32::from(bytes));
                let report = ProbeReport { train, bytes: came.1 };
                next.extend(connection(
                    session,
                    at,
                    ConnectionEvent::Probe(ProbeMessage::Report(report)),
                ));
            } else {
                all.push(command);
            }
        }
        train = next;
    }
    assert!(sent > 0 && sent <= 256 << 10, "{sent}");
    let settings = SendSettings { degradation: Degradation::MaintainResolution };
    assert!(all.contains(&Command::Configure(CONNECTION, settings)), "{all:?}");
    // The answer is applied once more, and the other side hears nothing.
    assert!(all.contains(&Command::SetLocalDescription(CONNECTION)), "{all:?}");
    let offer = Description { kind: DescriptionKind::Offer, sdp: "v=0".into() };
    let refreshed = connection(session, at + 10, ConnectionEvent::LocalDescription(Ok(offer)));
    assert_eq!(start_bitrate(&refreshed), Some(2_500));
    assert_eq!(refreshed.len(), 1, "{refreshed:?}");
    assert_eq!(connection(session, at + 20, ConnectionEvent::RemoteDescription(Ok(()))), []);

    // Live on a path that has become too slow: three seconds later resolution is given up.
    commands(session, 5_000, Event::GoLive);
    let starved = Outbound {
        frames_per_second: 4,
        target_kbps: Some(300),
        available_kbps: Some(300),
        ..Outbound::default()
    };
    let mut changes = Vec::new();
    for second in 6..12 {
        changes.extend(connection(session, second * 1_000, ConnectionEvent::Outbound(starved)));
    }
    changes.retain(|command| matches!(command, Command::Configure(..)));
    let settings = SendSettings { degradation: Degradation::MaintainFramerate };
    assert_eq!(changes, [Command::Configure(CONNECTION, settings)]);
}

#[test]
fn nothing_is_measured_for_who_saves_data() {
    let mut rig = Rig::new(Role::Sender);
    rig.handle(0, Event::SaveData(true));
    rig.play(&[(0, In::Start), (0, In::Opened), (10, In::Welcome(&[1])), (20, In::Camera)]);
    connection(&mut rig.session, 70, ConnectionEvent::ConnectionState(Connected));
    assert_eq!(connection(&mut rig.session, 80, ConnectionEvent::ProbeOpened), []);
}

#[test]
fn chunks_are_answered_by_who_receives() {
    let mut rig = receiving();
    connection(&mut rig.session, 100, ConnectionEvent::ConnectionState(Connected));
    let chunk = |train, bytes| ConnectionEvent::Probe(ProbeMessage::Chunk { train, bytes });
    let mut answer = |event| connection(&mut rig.session, 110, event);
    let report = |train, bytes| {
        vec![Command::SendProbe(CONNECTION, ProbeMessage::Report(ProbeReport { train, bytes }))]
    };
    assert_eq!(answer(chunk(1, 4_096)), report(1, 4_096));
    assert_eq!(answer(chunk(1, 4_096)), report(1, 8_192));
    assert_eq!(answer(chunk(2, 100)), report(2, 100));
    assert_eq!(
        answer(ConnectionEvent::ConnectionState(Disconnected)).len(),
        1,
        "samples slow down"
    );
}
