//! A server that says what a test wants, however wrong that is for HTTP.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A request: its first line, and its body.
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) body: String,
}

/// Listens on a free port, and lets `answer` write the whole answer to each request.
pub(crate) fn serve(
    answer: impl Fn(&Request, &mut TcpStream) -> std::io::Result<()> + Clone + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, answer) = (stream.unwrap(), answer.clone());
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut stream = stream;
                while let Some(request) = read(&mut reader) {
                    if answer(&request, &mut stream).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

/// An answer of 200 with these further headers.
pub(crate) fn ok(headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut lines = reader.by_ref().lines();
    let line = lines.next()?.ok()?;
    let mut length = 0;
    for header in lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
    {
        let header = header.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).unwrap();
    Some(Request { line, body })
}
