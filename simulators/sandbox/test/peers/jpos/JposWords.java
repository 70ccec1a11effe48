// Messages of jPOS as lines "MTI field=value …" and back; binary elements in hex.
import java.util.Map;
import java.util.TreeMap;
import org.jpos.iso.ISOBinaryField;
import org.jpos.iso.ISOComponent;
import org.jpos.iso.ISOException;
import org.jpos.iso.ISOMsg;
import org.jpos.iso.ISOUtil;
import org.jpos.iso.packager.GenericPackager;

final class JposWords {
  private JposWords() {}

  static ISOMsg read(String line, GenericPackager packager) throws ISOException {
    String[] words = line.trim().split(" ");
    ISOMsg message = new ISOMsg(words[0]);
    message.setPackager(packager);
    for (int i = 1; i < words.length; i++) {
      int at = words[i].indexOf('=');
      int field = Integer.parseInt(words[i].substring(0, at));
      // A blank inside a value is written as "_".
      String value = words[i].substring(at + 1).replace('_', ' ');
      String type = packager.getFieldPackager(field).getClass().getSimpleName();
      if (type.contains("BINARY")) message.set(field, ISOUtil.hex2byte(value));
      else message.set(field, value);
    }
    return message;
  }

  static String write(ISOMsg message) throws ISOException {
    StringBuilder line = new StringBuilder(message.getMTI());
    Map<Integer, Object> fields = new TreeMap<>();
    for (Object key : message.getChildren().keySet()) {
      int field = (Integer) key;
      if (field > 0) fields.put(field, message.getComponent(field));
    }
    for (Map.Entry<Integer, Object> one : fields.entrySet()) {
      ISOComponent component = (ISOComponent) one.getValue();
      String value =
          component instanceof ISOBinaryField
              ? ISOUtil.hexString(component.getBytes())
              : String.valueOf(component.getValue()).replace(' ', '_');
      line.append(' ').append(one.getKey()).append('=').append(value);
    }
    return line.toString();
  }
}
