//! Times of day as text.

/// `2026-11-23 09:30:12Z` for seconds since 1970-01-01 UTC (civil-from-days, Howard Hinnant).
pub fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
}

/// Seconds since 1970-01-01 UTC of an HTTP date (`Tue, 24 Nov 2026 02:30:00 GMT`, RFC 9110 5.6.7); `None` for other forms.
pub fn http_date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split([' ', ',', ':']).filter(|word| !word.is_empty()).collect();
    let [_, day, month, year, hour, minute, second, "GMT"] = words.as_slice() else { return None };
    let number = |word: &str| word.parse::<u64>().ok();
    let (day, year) = (number(day)?, number(year).filter(|year| (1970..10_000).contains(year))?);
    let month = 1 + MONTHS.iter().position(|name| name == month)? as u64;
    seconds_of((year, month, day), (number(hour)?, number(minute)?, number(second)?))
}

/// Seconds since 1970-01-01 UTC of a date (month and day from 1) and a time of day; `None` before that.
pub fn seconds_of(
    (year, month, day): (u64, u64, u64),
    (hour, minute, second): (u64, u64, u64),
) -> Option<u64> {
    let years = year.checked_sub(u64::from(month <= 2))?;
    let shifted = (month + 9) % 12;
    let days =
        365 * years + years / 4 - years / 100 + years / 400 + (153 * shifted + 2) / 5 + day.checked_sub(1)?;
    days.checked_sub(719_468)?.checked_mul(86_400)?.checked_add(hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        assert_eq!(utc(0), "1970-01-01 00:00:00Z");
        assert_eq!(utc(951_782_400), "2000-02-29 00:00:00Z");
        assert_eq!(utc(1_795_426_212), "2026-11-23 09:30:12Z");
        assert_eq!(http_date("Mon, 23 Nov 2026 09:30:12 GMT"), Some(1_795_426_212));
        assert_eq!(http_date("Tue, 29 Feb 2000 00:00:00 GMT"), Some(951_782_400));
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("yesterday"), None);
    }
}
