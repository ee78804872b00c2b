// Progress: bars with rate and time left on a terminal, plain lines elsewhere. Always on stderr.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace teasel {

// A task of `total` steps. On a terminal it redraws one line at most ten times a second; elsewhere it prints a line
// every few seconds, so that a log stays readable. Tasks under a second print nothing elsewhere.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  // `unit` is what is counted ("steps", "images"), `clock` says what time it is.
  Progress(std::string label, int64_t total, std::string unit, int64_t done = 0,
           Clock clock = std::chrono::steady_clock::now);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Sets how many are done; `note` is shown after the rate ("loss 54.2").
  void update(int64_t done, const std::string& note = {});
  void finish();

  // Silences every bar and log line of the process (--quiet).
  static void silence(bool on);

 private:
  void draw(bool last);
  Clock clock_;
  std::string label_, unit_, note_;
  int64_t total_, first_, done_;
  std::chrono::steady_clock::time_point started_, drawn_;
  bool terminal_, finished_ = false, printed_ = false;
};

// "1 h 02 min", "3 min 05 s", "12 s", "0.4 s".
std::string duration_text(double seconds);

// A line on stderr, above any bar.
void log_line(const std::string& text);

}  // namespace teasel
