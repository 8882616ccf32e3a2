import './base.css';
import './visit.css';
import './user.css';
