//! The journeys, a topic a file. They are one program, so that they share browsers.

mod across;
mod call;
mod camera;
mod company;
mod goodbye;
mod harness;
mod hostile;
mod leaving;
mod malformed;
mod on_air;
mod recovery;
mod recovery_call;
mod recovery_loss;
mod recovery_network;
mod recovery_pages;
mod recovery_relay;
mod relay_lost;
mod returning;
mod rooms;
mod sharp;
mod sound;
mod stopped;
mod stuck;
mod truth;
mod using;
