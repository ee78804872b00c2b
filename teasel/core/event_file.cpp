#include "teasel/core/event_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "records are little-endian");

// ---- protocol buffers ---------------------------------------------------------------------------------------------

// Field numbers of event.proto and summary.proto.
enum : uint32_t { event_time = 1, event_step = 2, event_version = 3, event_summary = 5, event_session = 7 };
enum : uint32_t { summary_value = 1, value_tag = 1, value_number = 2, value_image = 4, session_status = 1 };
enum : uint32_t { image_height = 1, image_width = 2, image_colours = 3, image_bytes = 4 };
enum : uint32_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };  // wire types

class Message {
 public:
  Message& number(uint32_t field, uint64_t value) {
    put(field << 3 | varint), put(value);
    return *this;
  }
  template <class T>
  Message& fixed(uint32_t field, T value) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8);
    put(field << 3 | (sizeof(T) == 8 ? fixed64 : fixed32));
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Message& text(uint32_t field, std::string_view value) {
    put(field << 3 | bytes), put(value.size());
    text_ += value;
    return *this;
  }
  const std::string& str() const { return text_; }

 private:
  void put(uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>(value | 0x80);
    text_ += static_cast<char>(value);
  }
  std::string text_;
};

// The fields of a message, one after another.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}
  uint32_t field = 0;
  uint64_t number = 0;        // of a varint
  std::string_view contents;  // of a field of bytes
  // False at the end, and where the text is no message.
  bool next() {
    uint64_t key = 0, length = 0;
    if (!get(key)) return false;
    field = static_cast<uint32_t>(key >> 3), contents = {};
    switch (key & 7) {
      case varint:
        return get(number);
      case fixed64:
        return skip(8);
      case fixed32:
        return skip(4);
      case bytes:
        if (!get(length) || length > text_.size()) return false;
        contents = text_.substr(0, length);
        return skip(length);
      default:
        return false;
    }
  }

 private:
  bool skip(uint64_t count) {
    if (count > text_.size()) return false;
    text_.remove_prefix(count);
    return true;
  }
  bool get(uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !text_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(text_.front());
      text_.remove_prefix(1);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  std::string_view text_;
};

Message event_at(int64_t step) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Message event;
  event.fixed(event_time, std::chrono::duration<double>(now).count());
  if (step > 0) event.number(event_step, static_cast<uint64_t>(step));
  return event;
}

// The step of an event, whether it holds values, and whether all of them describe the state before the step: pictures,
// and what has a tag of this prefix.
struct Seen {
  int64_t step = 0;
  bool values = false, of_state = true;
};
Seen look_at(std::string_view event, std::string_view prefix) {
  Seen seen;
  for (FieldReader f(event); f.next();) {
    if (f.field == event_step) seen.step = static_cast<int64_t>(f.number);
    if (f.field != event_summary) continue;
    seen.values = true;
    for (FieldReader value(f.contents); value.next();) {
      bool of_state = false;
      for (FieldReader part(value.contents); part.next();)
        of_state |= part.field == value_image || (part.field == value_tag && part.contents.starts_with(prefix));
      seen.of_state &= of_state;
    }
  }
  return seen;
}

// ---- records ------------------------------------------------------------------------------------------------------

uint32_t masked_crc(std::string_view text) {
  const uint32_t crc = crc32c(text);
  return std::rotr(crc, 15) + 0xa282ead8u;
}

std::string record_of(std::string_view event) {
  std::string out;
  const auto put = [&](auto value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  put(uint64_t{event.size()});
  put(masked_crc(out));
  out += event;
  put(masked_crc(event));
  return out;
}

// The event of the record that begins at `from`, which then becomes the end of it; nothing where no whole one is left.
std::optional<std::string_view> next_event(std::string_view text, size_t& from) {
  constexpr size_t head = 12, tail = 4;
  if (text.size() - from < head + tail) return std::nullopt;
  uint64_t length = 0;
  uint32_t crc = 0;
  std::memcpy(&length, text.data() + from, sizeof length);
  if (length > text.size() - from - head - tail) return std::nullopt;
  const std::string_view event = text.substr(from + head, length);
  std::memcpy(&crc, text.data() + from + head + length, sizeof crc);
  if (crc != masked_crc(event)) return std::nullopt;
  from += head + length + tail;
  return event;
}

constexpr std::string_view file_prefix = "events.out.tfevents.";

// The event files of a folder by rising number.
std::vector<std::pair<int64_t, fs::path>> files_of(const fs::path& folder) {
  std::vector<std::pair<int64_t, fs::path>> out;
  for (auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    int64_t number = 0;
    if (name.starts_with(file_prefix) &&
        std::from_chars(name.data() + file_prefix.size(), name.data() + name.size(), number).ec == std::errc())
      out.emplace_back(number, entry.path());
  }
  std::ranges::sort(out);
  return out;
}

// Cuts a file back to what belongs to the state after `from_step` steps, and removes it where nothing is left. Values
// of that very state go to `kept`.
void cut_file(const fs::path& path, int64_t from_step, std::string_view of_state, std::vector<std::string>& kept) {
  const std::string text = read_file(path);
  size_t end = 0, keep = 0;
  bool values = false;
  while (const auto event = next_event(text, end)) {
    const Seen seen = look_at(*event, of_state);
    if (seen.step >= from_step && seen.values) {
      if (seen.step > from_step || !seen.of_state) break;
      kept.emplace_back(*event);
    } else if (kept.empty()) {
      keep = end;
      values = values || seen.values;
    }
  }
  if (!values)
    fs::remove(path);
  else if (keep < text.size())
    fs::resize_file(path, keep);
}

}  // namespace

uint32_t crc32c(std::string_view text) {
  static const auto table = [] {
    std::array<uint32_t, 256> out{};
    for (uint32_t i = 0; i < 256; ++i) {
      out[i] = i;
      for (int bit = 0; bit < 8; ++bit) out[i] = out[i] >> 1 ^ (out[i] & 1 ? 0x82f63b78u : 0);
    }
    return out;
  }();
  uint32_t crc = ~0u;
  for (const char c : text) crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ crc >> 8;
  return ~crc;
}

EventLog::EventLog(fs::path folder, int64_t from_step, std::string of_state)
    : folder_(std::move(folder)), of_state_(std::move(of_state)) {
  open(from_step);
}

EventLog::~EventLog() { close(); }

void EventLog::close() {
  if (file_) std::fclose(std::exchange(file_, nullptr));
}

void EventLog::open(int64_t from_step) {
  std::vector<std::string> kept;
  int64_t number = 1;
  for (auto& [old, path] : files_of(folder_)) {
    number = std::max(number, old + 1);  // also where the file goes: a reader that has it open must not meet it again
    cut_file(path, from_step, of_state_, kept);
  }
  path_ = folder_ / fmt::format("{}{:010}.teasel", file_prefix, number);
  file_ = std::fopen(path_.c_str(), "wbe");
  if (!file_) throw Error("cannot write '" + path_.string() + "': " + std::strerror(errno));
  append(Message(event_at(0)).text(event_version, "brain.Event:2").str());
  constexpr uint64_t started = 1;
  if (from_step > 0)
    append(event_at(from_step).text(event_session, Message().number(session_status, started).str()).str());
  for (auto& event : kept) append(event);
}

void EventLog::append(std::string_view event) {
  const std::string record = record_of(event);
  if (std::fwrite(record.data(), 1, record.size(), file_) != record.size() || std::fflush(file_) != 0)
    throw Error("cannot write '" + path_.string() + "': " + std::strerror(errno),
                "Is the disk full? The last checkpoint is untouched; go on with: teasel resume.");
}

void EventLog::write(int64_t step, std::span<const Scalar> scalars) {
  if (scalars.empty()) return;
  Message summary;
  for (auto& s : scalars)
    summary.text(summary_value,
                 Message().text(value_tag, s.tag).fixed(value_number, static_cast<float>(s.value)).str());
  append(event_at(step).text(event_summary, summary.str()).str());
}

void EventLog::write(int64_t step, const std::string& tag, const Picture& picture) {
  Message image;
  image.number(image_height, static_cast<uint64_t>(picture.height));
  image.number(image_width, static_cast<uint64_t>(picture.width));
  image.number(image_colours, static_cast<uint64_t>(picture.channels));  // 1: grey, 3: RGB
  image.text(image_bytes, encode_png(picture));
  const Message value = Message().text(value_tag, tag).text(value_image, image.str());
  append(event_at(step).text(event_summary, Message().text(summary_value, value.str()).str()).str());
}

void EventLog::sync() {
  if (::fsync(::fileno(file_)) != 0 && errno != EINVAL)
    throw Error("cannot write '" + path_.string() + "': " + std::strerror(errno));
}

void EventLog::go_back(int64_t from_step) {
  close();
  open(from_step);
}

}  // namespace teasel
