// A host made of jPOS alone: a server over one of its channels with one of its stock packagers. Every
// message heard is printed as a line; a request is answered by its amount (README of this folder); lines on
// standard input are sent as messages of the host's own.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jpos.iso.BaseChannel;
import org.jpos.iso.ISOException;
import org.jpos.iso.ISOMsg;
import org.jpos.iso.ISORequestListener;
import org.jpos.iso.ISOServer;
import org.jpos.iso.ISOSource;
import org.jpos.iso.ServerChannel;
import org.jpos.iso.channel.ASCIIChannel;
import org.jpos.iso.channel.NACChannel;
import org.jpos.iso.channel.PostChannel;
import org.jpos.iso.packager.GenericPackager;
import org.jpos.util.ThreadPool;

public class JposHost implements ISORequestListener {
  private static final int[] notAnswered = {2, 14, 18, 22, 25, 35, 43, 45, 48, 52, 53, 55, 56, 90};
  private final Timer timer = new Timer(true);
  private final AtomicReference<ISOSource> line = new AtomicReference<>();
  private final boolean is1993;
  private volatile String reversalCode;

  JposHost(boolean is1993) {
    this.is1993 = is1993;
    this.reversalCode = is1993 ? "400" : "00";
  }

  @Override
  public boolean process(ISOSource source, ISOMsg request) {
    try {
      line.set(source);
      synchronized (System.out) {
        System.out.println("heard " + JposWords.write(request));
      }
      if (request.isRequest()) answer(source, request);
      return true;
    } catch (Exception fault) {
      System.out.println("fault " + fault);
      return false;
    }
  }

  private ISOMsg answerTo(ISOMsg request, String code) throws ISOException {
    ISOMsg answer = (ISOMsg) request.clone();
    answer.setResponseMTI();
    for (int field : notAnswered) answer.unset(field);
    answer.set(39, code);
    return answer;
  }

  private void answer(ISOSource source, ISOMsg request) throws ISOException, IOException {
    String kind = request.getMTI().substring(1, 2);
    if (kind.equals("8")) {
      source.send(answerTo(request, is1993 ? "800" : "00"));
      return;
    }
    if (kind.equals("4")) {
      if (!reversalCode.isEmpty()) source.send(answerTo(request, reversalCode));
      return;
    }
    long amount = request.hasField(4) ? Long.parseLong(request.getString(4)) : 0;
    ISOMsg answer = answerTo(request, is1993 ? "000" : "00");
    answer.set(38, "JP" + request.getString(11).substring(2));
    if (amount / 100 == 77_777) {
      String cents = String.format("%02d", amount % 100);
      answer.set(39, is1993 ? "1" + cents : cents);
      if (!cents.equals("00") && !cents.equals("08") && !cents.equals("11")) answer.unset(38);
    }
    if (amount / 100 == 777_777) misbehave(source, (int) (amount % 100), answer);
    else source.send(answer);
  }

  private void misbehave(ISOSource source, int how, ISOMsg answer) throws ISOException, IOException {
    switch (how) {
      case 1 -> {} // Silence.
      case 2 -> later(source, answer, 2_500);
      case 3 -> {
        source.send(answer);
        source.send(answer);
      }
      case 4 -> ((BaseChannel) source).disconnect();
      case 5 -> sendWith(source, answer, 11, "999999");
      case 6 -> sendWith(source, answer, 41, "OTHER001");
      case 7 -> sendWith(source, answer, 4, "000000000100");
      case 8 -> sendWith(source, answer, 3, "009999");
      case 9 -> sendWith(source, answer, 49, "840");
      case 10 -> {
        answer.unset(new int[] {7, 12, 13, 32, 42});
        source.send(answer);
      }
      case 11 -> sendWith(source, answer, 44, "ADDED_BY_HOST".replace('_', ' '));
      case 12 -> sendWith(source, answer, 48, "caf\u00e9");
      default -> source.send(answer);
    }
  }

  private void sendWith(ISOSource source, ISOMsg answer, int field, String value)
      throws ISOException, IOException {
    answer.set(field, value);
    source.send(answer);
  }

  private void later(ISOSource source, ISOMsg answer, int ms) {
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            try {
              source.send(answer);
            } catch (Exception fault) {
              System.out.println("fault " + fault);
            }
          }
        },
        ms);
  }

  private static ServerChannel channelOf(String name, GenericPackager packager) throws IOException {
    return switch (name) {
      case "PostChannel" -> new PostChannel(packager);
      case "ASCIIChannel" -> new ASCIIChannel(packager);
      case "NACChannel" -> new NACChannel(packager, org.jpos.iso.ISOUtil.hex2byte("6000000000"));
      default -> throw new IllegalArgumentException(name);
    };
  }

  public static void main(String[] arguments) throws Exception {
    String channelName = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    String packagerName = arguments[2];
    GenericPackager packager = new GenericPackager("jar:packager/" + packagerName + ".xml");
    JposHost host = new JposHost(packagerName.startsWith("iso93"));
    ISOServer server = new ISOServer(port, channelOf(channelName, packager), new ThreadPool(1, 100));
    server.addISORequestListener(host);
    Thread thread = new Thread(server);
    thread.setDaemon(true);
    thread.start();
    while (server.getLastConnectedISOChannel() == null && !listens(port)) Thread.sleep(20);
    System.out.println("listening");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String text = lines.readLine(); text != null; text = lines.readLine()) {
      if (text.startsWith("reversals")) host.reversalCode = text.substring(9).trim();
      else host.line.get().send(JposWords.read(text, packager));
    }
    System.exit(0);
  }

  private static boolean listens(int port) {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException fault) {
      return false;
    }
  }
}
