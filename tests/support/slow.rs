//! A server that takes its time: another one, behind delays.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

/// How long each request waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delays {
    pub(crate) reads: Duration,
    pub(crate) writes: Duration,
}

/// The address of a server that passes on what it gets to the one at `url`, each request late.
pub(crate) fn slowed(url: &str, delays: Delays) -> String {
    let behind = url.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for client in listener.incoming().filter_map(Result::ok) {
            let Ok(server) = TcpStream::connect(&behind) else { continue };
            let (Ok(back), Ok(to_client)) = (server.try_clone(), client.try_clone()) else {
                continue;
            };
            std::thread::spawn(move || pass(client, server, Some(delays)));
            std::thread::spawn(move || pass(back, to_client, None));
        }
    });
    format!("http://{address}")
}

fn pass(mut from: TcpStream, mut to: TcpStream, delays: Option<Delays>) {
    let mut part = [0; 16384];
    while let Ok(count @ 1..) = from.read(&mut part) {
        if let Some(delays) = delays {
            let reads = part.starts_with(b"GET");
            std::thread::sleep(if reads { delays.reads } else { delays.writes });
        }
        if to.write_all(&part[..count]).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both).ok();
}
