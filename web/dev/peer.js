/* global io, RTCPeerConnection, AudioContext */
// Answers the offers the fake server passes on, with a tone: audio to connect to, by the browser's own WebRTC.
let connection = null;
const tone = new AudioContext();
const oscillator = tone.createOscillator();
const destination = tone.createMediaStreamDestination();
oscillator.connect(destination);
oscillator.start();

io("/peer").on("offer", async (sdp, answer) => {
  const offer = { type: "offer", sdp };
  const restart = connection && connection.remoteDescription.sdp.match(/fingerprint:.*/)[0] === sdp.match(/fingerprint:.*/)[0];
  if (!restart) {
    connection?.close();
    connection = new RTCPeerConnection();
    connection.addTrack(destination.stream.getAudioTracks()[0], destination.stream);
  }
  await connection.setRemoteDescription(offer);
  await connection.setLocalDescription(await connection.createAnswer());
  if (connection.iceGatheringState !== "complete")
    await new Promise((done) => {
      connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && done();
    });
  answer(connection.localDescription.sdp);
});
