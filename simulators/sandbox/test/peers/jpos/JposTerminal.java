// A terminal made of jPOS alone: lines "MTI field=value …" from standard input go out one by one over a
// channel of jPOS's; what comes back is printed in the same form.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.jpos.iso.BaseChannel;
import org.jpos.iso.ISOMsg;
import org.jpos.iso.ISOUtil;
import org.jpos.iso.channel.ASCIIChannel;
import org.jpos.iso.channel.NACChannel;
import org.jpos.iso.channel.PostChannel;
import org.jpos.iso.packager.GenericPackager;

public class JposTerminal {
  public static void main(String[] arguments) throws Exception {
    String channelName = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    GenericPackager packager = new GenericPackager(arguments[2]);
    byte[] header = ISOUtil.hex2byte("6000010002");
    BaseChannel channel =
        switch (channelName) {
          case "NACChannel" -> new NACChannel("127.0.0.1", port, packager, header);
          case "PostChannel" -> new PostChannel("127.0.0.1", port, packager);
          case "ASCIIChannel" -> new ASCIIChannel("127.0.0.1", port, packager);
          default -> throw new IllegalArgumentException(channelName);
        };
    channel.setTimeout(8_000);
    channel.connect();
    System.out.println("connected");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        if (!channel.isConnected()) channel.connect();
        channel.send(JposWords.read(line, packager));
        ISOMsg answer = channel.receive();
        byte[] tpdu = answer.getHeader();
        System.out.println(
            JposWords.write(answer) + (tpdu == null ? "" : " header=" + ISOUtil.hexString(tpdu)));
      } catch (Exception fault) {
        System.out.println("fault " + fault.getClass().getSimpleName());
        channel.disconnect();
      }
    }
    channel.disconnect();
  }
}
