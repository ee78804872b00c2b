#include "teasel/core/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <vector>

namespace teasel {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds terminal_pause = 100ms, line_pause = 5s, first_line_after = 1s;
constexpr int widest_bar = 30, narrowest_bar = 6;

std::atomic<bool> silent{false};
std::mutex drawing;                      // guards what follows, and keeps lines of several threads apart
std::vector<const Progress*> on_screen;  // bars on the terminal; the last one is drawn
std::string bar_on_screen;               // the line that stands there now, or nothing

// One call, so that lines of several processes do not mix.
void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

bool stderr_is_terminal() {
  const char* kind = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) && !(kind && std::string_view(kind) == "dumb");
}

int terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// Characters, not bytes: continuation bytes of UTF-8 begin with 10.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }
int width_of(std::string_view text) { return static_cast<int>(std::ranges::count_if(text, begins_character)); }

std::string cut(const std::string& text, int width) {
  int seen = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if (begins_character(text[i]) && seen++ == width) return text.substr(0, i);
  return text;
}

// "3,200"
std::string grouped(int64_t number) {
  std::string text = std::to_string(number);
  for (int64_t i = static_cast<int64_t>(text.size()) - 3; i > (number < 0 ? 1 : 0); i -= 3)
    text.insert(static_cast<size_t>(i), ",");
  return text;
}

// "81.2/s", "1,234/s"
std::string rate_text(double rate) {
  if (rate >= 1000) return grouped(std::llround(rate)) + "/s";
  return fmt::format("{:.{}f}/s", rate, rate >= 100 ? 0 : rate >= 10 ? 1 : 2);
}

// "0:59", "1:02:03"
std::string clock_text(double seconds) {
  auto s = std::llround(std::clamp(seconds, 0.0, 1e9));
  return s >= 3600 ? fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
                   : fmt::format("{}:{:02}", s / 60, s % 60);
}

// A bar of `width` characters, filled to eighths of one.
std::string bar_text(double share, int width) {
  static constexpr std::array<const char*, 8> eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  int filled = static_cast<int>(std::floor(std::clamp(share, 0.0, 1.0) * width * 8));
  std::string out = "▕";
  for (int i = 0; i < filled / 8; ++i) out += "█";
  out += eighths[static_cast<size_t>(filled % 8)];
  for (int i = (filled + 7) / 8; i < width; ++i) out += ' ';
  return out + "▏";
}

}  // namespace

std::string duration_text(double seconds) {
  if (!(seconds > 0)) seconds = 0;
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  auto s = std::llround(std::min(seconds, 1e12));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

Progress::Progress(std::string label, int64_t total, std::string unit, int64_t done, Clock clock)
    : clock_(std::move(clock)),
      label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      first_(done),
      done_(done),
      started_(clock_()),
      drawn_(started_),
      terminal_(stderr_is_terminal()) {
  if (!terminal_) return;
  std::lock_guard lock(drawing);
  on_screen.push_back(this);
}

Progress::~Progress() { finish(); }

void Progress::update(int64_t done, const std::string& note) {
  std::lock_guard lock(drawing);
  if (finished_) return;
  done_ = done;
  if (note_ != note) note_ = note;
  const auto now = clock_();
  bool due = terminal_  ? now - drawn_ >= terminal_pause && on_screen.back() == this
             : printed_ ? now - drawn_ >= line_pause
                        : now - started_ >= first_line_after;
  if (due) draw(false);
}

void Progress::finish() {
  std::lock_guard lock(drawing);
  if (finished_) return;
  finished_ = true;
  if (terminal_ || printed_ || clock_() - started_ >= first_line_after) draw(true);
  std::erase(on_screen, this);
}

void Progress::draw(bool last) {
  drawn_ = clock_();
  printed_ = true;
  if (silent) return;
  const double seconds = std::chrono::duration<double>(drawn_ - started_).count();
  const double rate = seconds > 0 ? static_cast<double>(done_ - first_) / seconds : 0;
  const double share = total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 0;
  std::string head = label_, tail;
  // Rounded down: 100 % is for what is complete.
  if (total_ > 0) head += fmt::format(" {:3.0f}%", std::floor(std::clamp(share, 0.0, 1.0) * 100));
  tail = total_ > 0 ? fmt::format("{}/{} {}", grouped(done_), grouped(total_), unit_)
                    : fmt::format("{} {}", grouped(done_), unit_);
  if (rate > 0) tail += "  " + rate_text(rate);
  if (last)
    tail += "  in " + duration_text(seconds);
  else if (rate > 0 && total_ > 0)
    tail += "  " + clock_text(static_cast<double>(total_ - done_) / rate) + " left";
  const std::string note = note_.empty() ? "" : "  " + note_;
  if (!terminal_) return print(head + "  " + tail + note + "\n");

  // The last column stays free: some terminals wrap as soon as it is written.
  const int width = terminal_width() - 1;
  const int room =
      width - width_of(head) - width_of(tail) - width_of(note) - 5;  // two spaces and two ends around the bar
  std::string bar =
      total_ > 0 && room >= narrowest_bar ? " " + bar_text(share, std::min(room, widest_bar)) + " " : "  ";
  std::string line = cut(head + bar + tail + note, width);
  print("\r\x1b[K" + line + (last ? "\n" : ""));
  bar_on_screen = last ? "" : line;
}

void Progress::silence(bool on) { silent = on; }

void log_line(const std::string& text) {
  if (silent) return;
  std::lock_guard lock(drawing);
  print(bar_on_screen.empty() ? text + "\n" : "\r\x1b[K" + text + "\n" + bar_on_screen);
}

}  // namespace teasel
